import type { IncomingMessage } from 'node:http'
import { Refusal } from './refusal.ts'

/**
 * A whole body of up to `limit` bytes. A longer one is let run out without being kept, for who is still
 * sending does not look for an answer yet.
 *
 * @throws Refusal 413
 */
export async function readBytes(req: IncomingMessage, limit: number): Promise<Buffer> {
  const kept: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of req as AsyncIterable<Buffer>) {
      length += chunk.length
      if (length <= limit) kept.push(chunk)
      else kept.length = 0
    }
  } catch (cause) {
    throw new Refusal(400, 'ABORTED', 'The upload was cut off', { cause })
  }
  if (length > limit) throw new Refusal(413, 'TOO_LARGE', `At most ${limit} bytes are accepted`)
  return Buffer.concat(kept)
}
