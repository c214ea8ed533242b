import type { IncomingMessage } from 'node:http'
import { Refusal } from './errors.ts'

/**
 * A request's whole body. One that is too large is read to its end all the same, but not kept: a
 * client that is still sending would not see the answer.
 *
 * @throws Refusal 413
 */
export async function readBytes(req: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of req as AsyncIterable<Buffer>) {
      length += chunk.length
      if (length <= limit) chunks.push(chunk)
      else chunks.length = 0
    }
  } catch (cause) {
    throw new Refusal(400, 'ABORTED', 'The upload was cut off', [], { cause })
  }
  if (length > limit) throw new Refusal(413, 'TOO_LARGE', `At most ${limit} bytes are accepted`)
  return Buffer.concat(chunks)
}
