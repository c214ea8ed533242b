import { sleep } from 'k6'
import exec from 'k6/execution'
import http from 'k6/http'
import { anyOf, between, happens } from './chance.js'
import { kindOf } from './kinds.ts'

const baseUrl = __ENV.BASE_URL || 'http://127.0.0.1:8080'
const password = __ENV.PASSWORD || 'petsphere-demo'
const thinking = Number(__ENV.THINK || 1)

/** As the client has it: a token is renewed this long before it expires. */
const marginMs = 20_000

/** How often somebody comes back to a page that was left open for longer than a token lasts, and how often they sign out. */
const comesBack = 0.1
const signsOut = 0.02

/** What is still said of requests that were not answered as they should be; the rest is counted. */
let complaints = 5

/**
 * Somebody at a browser. Each of k6's virtual users is one, signed in as one of the accounts of their role.
 *
 * @param phaseAt the part of the test that a moment lies in, in milliseconds since 1970
 */
export function createPerson(role, account, phaseAt) {
  let session = null
  /** What the client has asked for once and keeps. */
  const known = {}

  function prepared({
    method = 'GET',
    route,
    params = {},
    query = {},
    json,
    file,
    expect = [200],
  }) {
    const path = route.replace(/:(\w+)/g, (_, name) => encodeURIComponent(params[name]))
    const search = Object.entries(query)
      .filter(([, value]) => value !== undefined && value !== null && value !== '')
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join('&')
    const headers = {}
    if (session) headers.Authorization = `Bearer ${session.accessToken}`
    if (json) headers['Content-Type'] = 'application/json'
    if (file) headers['Content-Type'] = 'text/plain'
    return {
      method,
      url: `${baseUrl}${path}${search && `?${search}`}`,
      body: json ? JSON.stringify(json) : (file ?? null),
      params: {
        headers,
        timeout: '60s',
        responseCallback: http.expectedStatuses(...expect),
        tags: {
          name: `${method} ${route}`,
          role,
          kind: kindOf(method, route),
          phase: phaseAt(Date.now()),
        },
      },
    }
  }

  /** What was answered; undefined where it was not what the API promises. */
  function answered(request, response) {
    const { expect = [200] } = request
    if (expect.includes(response.status)) {
      const isJson = (response.headers['Content-Type'] || '').startsWith('application/json')
      return { status: response.status, body: isJson ? response.json() : response.body }
    }
    if (complaints > 0) {
      complaints -= 1
      const shown = response.error || String(response.body).slice(0, 200)
      const what = `${request.method || 'GET'} ${request.route} as ${account.email}`
      console.error(`${new Date().toISOString()} ${what}: ${response.status} ${shown}`)
    }
    return undefined
  }

  function sendNow(request) {
    const { method, url, body, params } = prepared(request)
    return answered(request, http.request(method, url, body, params))
  }

  function enter(route, json) {
    const asked = { method: 'POST', route, json }
    session = null
    const answer = sendNow(asked)
    if (!answer) throw new Error(`${account.email} could not sign in`)
    session = { ...answer.body, expiresAt: Date.now() + answer.body.expiresIn * 1000 }
  }

  /** Somebody who came in as the client does it: with a password, with what the browser kept, or not at all yet. */
  function comeIn() {
    if (!session) {
      enter('/api/auth/login', { email: account.email, password })
      screenOf([
        { route: '/api/clinics/:id', params: { id: session.user.clinicId } },
        { route: '/api/notifications/unseen' },
      ])
    } else if (session.expiresAt - marginMs < Date.now() || happens(comesBack)) {
      enter('/api/auth/refresh', { refreshToken: session.refreshToken })
    }
  }

  /** All at once, as a browser asks for what a screen shows. */
  function screenOf(requests) {
    const responses = http.batch(requests.map(prepared))
    return requests.map((request, nth) => answered(request, responses[nth])?.body)
  }

  return {
    role,
    known,
    comeIn,
    get user() {
      return session.user
    },
    /** What a screen shows, an answer for each request; undefined for one that failed. */
    see: (...requests) => screenOf(requests),
    /** One request. `{ status, body }`, or undefined if it failed. */
    send: sendNow,
    /** Reads the screen, or types, for so many seconds. */
    think(least, most) {
      sleep(between(least, most) * thinking)
    },
    mayLeave() {
      if (!happens(signsOut)) return
      const { refreshToken } = session
      sendNow({ method: 'POST', route: '/api/auth/logout', json: { refreshToken }, expect: [204] })
      session = null
    },
  }
}

let me

/** Who this virtual user is. */
export function personOf(role, accounts, phaseAt) {
  me ??= createPerson(
    role,
    accounts[exec.vu.idInTest % accounts.length] ?? anyOf(accounts),
    phaseAt,
  )
  return me
}
