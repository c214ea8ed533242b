import { createHmac } from 'node:crypto'

export interface Answer<Body = unknown> {
  readonly status: number
  readonly headers: Headers
  readonly body: Body
}

export interface Call {
  readonly json?: unknown
  readonly body?: Uint8Array<ArrayBuffer> | string
  readonly type?: string
}

/** Somebody who is signed in, or not. */
export interface Client {
  /** Sends `GET /api/pets` and the like, once. Resolves to whatever is answered. */
  call<Body = unknown>(route: string, call?: Call): Promise<Answer<Body>>
  /** The same; anything but a success is an error that says what was answered. */
  must<Body = unknown>(route: string, call?: Call): Promise<Body>
}

/** A request that was not answered as it had to be. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered'
}

export function createClient(baseUrl: string, token?: string): Client {
  const call: Client['call'] = async (route, { json, body, type } = {}) => {
    const [method = 'GET', path = '/'] = route.split(' ', 2)
    const sent = json === undefined ? body : JSON.stringify(json)
    const contentType = json === undefined ? type : 'application/json'
    const response = await fetch(new URL(path, baseUrl), {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(contentType !== undefined && { 'content-type': contentType }),
      },
      ...(sent !== undefined && { body: sent }),
    })
    const isJson = response.headers.get('content-type')?.startsWith('application/json')
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? JSON.parse(text) : text,
    }
  }
  return {
    call,
    async must<Body>(route: string, sent?: Call) {
      const { status, body } = await call<Body>(route, sent)
      if (status < 300) return body
      throw new Unanswered(`${route} was answered ${status}: ${JSON.stringify(body)}`)
    },
  }
}

export const seededPassword = 'petsphere-demo'

interface Session {
  readonly accessToken: string
  readonly user: { readonly id: number; readonly clinicId: number }
}

/** Signs in through the server, as one of those whom the seed made. */
export async function signIn(baseUrl: string, email: string): Promise<Client & Session> {
  const json = { email, password: seededPassword }
  const session = await createClient(baseUrl).must<Session>('POST /api/auth/login', { json })
  return { ...session, ...createClient(baseUrl, session.accessToken) }
}

/** A token as the monolith makes them, for somebody who need not be a user. */
export function signToken(secret: string, claims: Readonly<Record<string, unknown>>): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const now = Math.floor(Date.now() / 1000)
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ iat: now, exp: now + 3600, ...claims })}`
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}
