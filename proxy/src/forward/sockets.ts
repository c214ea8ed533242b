import type { Socket } from 'node:net'
import type { Side } from '@strangler/core'

/** A WebSocket on a route of a slice. */
export interface SliceSocket {
  readonly slice: string
  /** The slice's owner when it was decided where the WebSocket goes. */
  readonly owner: Side
  readonly socket: Socket
}

/**
 * Keeps the WebSockets of slices with their owners. On one that stays behind nothing is heard any more, and nothing
 * shows that: it is closed, so that its client opens another.
 *
 * @param ownerOf the owner as far as it is known.
 */
export function createSockets(ownerOf: (slice: string) => Side | undefined) {
  const open = new Set<SliceSocket>()
  const follow = (one: SliceSocket) => {
    const owner = ownerOf(one.slice)
    if (owner !== undefined && owner !== one.owner) one.socket.destroySoon()
  }

  return {
    add(one: SliceSocket): void {
      open.add(one)
      one.socket.once('close', () => open.delete(one))
      follow(one)
    },

    /** To be called whenever owners may have changed. */
    follow: (): void => open.forEach(follow),
  }
}

export type Sockets = ReturnType<typeof createSockets>
