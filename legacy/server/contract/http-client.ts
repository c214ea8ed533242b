import http from 'node:http'
import https from 'node:https'
import { buffer } from 'node:stream/consumers'

export interface Request {
  readonly method: string
  /** With the query, as it goes over the wire. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | undefined
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<http.IncomingHttpHeaders>
  readonly body: Buffer
}

export interface Client {
  send(request: Request): Promise<Answer>
  close(): void
}

/** Sends requests as they are: fetch would tidy paths up and undo encodings. */
export function createClient(baseUrl: string): Client {
  const base = new URL(baseUrl)
  const { Agent, request: open } = base.protocol === 'https:' ? https : http
  const agent = new Agent({ keepAlive: true })
  return {
    send: ({ method, path, headers, body }) =>
      new Promise((resolve, reject) => {
        const { hostname, port } = base
        const length = body ? { 'content-length': String(body.length) } : {}
        const request = open(
          {
            hostname,
            port,
            method,
            path,
            headers: { ...headers, ...length },
            agent,
            timeout: 30_000,
          },
          (response) => {
            buffer(response).then(
              (bytes) =>
                resolve({
                  status: response.statusCode ?? 0,
                  headers: response.headers,
                  body: bytes,
                }),
              reject,
            )
          },
        )
        request.on('upgrade', ({ statusCode, headers: got }, socket) => {
          socket.destroy()
          resolve({ status: statusCode ?? 0, headers: got, body: Buffer.alloc(0) })
        })
        request.on('timeout', () => request.destroy(new Error('no answer within 30 s')))
        request.on('error', reject)
        request.end(body)
      }),
    close: () => agent.destroy(),
  }
}
