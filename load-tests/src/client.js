import { check } from 'k6'
import exec from 'k6/execution'
import http from 'k6/http'

const baseUrl = __ENV.BASE_URL || 'http://127.0.0.1:8080'

/** Sends a request once. `name` is what the summary calls it: the route, where the path has ids in it. */
export function send(method, path, name, { token, json, body, type } = {}) {
  const headers = {}
  if (token) headers.Authorization = `Bearer ${token}`
  if (json || type) headers['Content-Type'] = json ? 'application/json' : type
  const sent = json ? JSON.stringify(json) : body
  return http.request(method, `${baseUrl}${path}`, sent, {
    headers,
    timeout: '20s',
    tags: { name: `${method} ${name || path}` },
  })
}

/** The answer's JSON; what was not answered as it should be fails a check that says so. */
export function need(response, status, what) {
  const isRight = check(response, { [what]: (answer) => answer.status === status })
  if (isRight) return status === 204 ? {} : response.json()
  const shown = response.error || String(response.body).slice(0, 200)
  console.error(`not "${what}" but ${response.status}: ${shown}`)
  return undefined
}

/** The token of the one who sits at the first clinic's reception desk. */
export function signIn() {
  const json = { email: 'reception@petsphere.test', password: 'petsphere-demo' }
  const session = need(send('POST', '/api/auth/login', '', { json }), 200, 'signs in')
  if (!session) exec.test.abort(`${json.email} cannot sign in at ${baseUrl}.`)
  return session.accessToken
}
