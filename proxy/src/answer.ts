import type { ServerResponse } from 'node:http'
import type { Plan } from '@strangler/core'
import { ProxyError } from './errors.ts'

/** Answers a request that failed in the proxy, in the shape that the monolith's clients know. */
export function createAnswerFailure(plan: Plan) {
  return (res: ServerResponse, error: unknown): void => {
    if (res.headersSent || res.destroyed) {
      res.destroy()
      return
    }
    const { status, code, message, retriable } =
      error instanceof ProxyError
        ? error
        : {
            status: 500,
            code: 'UNEXPECTED',
            message: 'Something went wrong here.',
            retriable: false,
          }
    const body = JSON.stringify(plan.legacy.errors({ status, code, message }))
    res.writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      ...(retriable && { 'retry-after': '1' }),
    })
    res.end(body)
  }
}
