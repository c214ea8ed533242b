import type { Side } from '@strangler/core'
import { ProxyError } from '../errors.ts'
import type { Exchange, SliceRoute } from '../exchange.ts'
import type { ControlState } from '../state/control-state.ts'
import { type Admissions, admissionHeader } from './admission.ts'
import type { InFlight } from './in-flight.ts'

export interface HoldOptions {
  readonly state: ControlState
  readonly inFlight: InFlight
  /** Undefined until the control store has told the key. */
  readonly admissions: () => Admissions | undefined
  readonly now: () => number
  /** A request waits at most so long, ... */
  readonly holdMs: number
  /** ... and so many wait at most. */
  readonly maxHeld: number
  onHeld(slice: string, ms: number): void
}

/** How long to wait before the databases are asked again, when nobody tells of a change. */
const askAgainMs = 100

/** Lets writes through to their owner, or keeps them, bodies unread, while the owner changes. */
export function createHold(options: HoldOptions) {
  const { state, inFlight, admissions, now, holdMs, maxHeld, onHeld } = options
  const held = new Map<string, number>()
  let total = 0

  /** The side that takes the write, entered and counted; undefined while it has to wait. */
  async function enter(exchange: Exchange, route: SliceRoute): Promise<Side | undefined> {
    const pass = admitted(exchange)
    const told = decide(route, (slice) =>
      pass(slice) ? { forward: state.slice(slice).view.owner } : state.routeWrite(slice),
    )
    if (told !== 'ask the fences') return told && count(exchange, told)
    const asked = await Promise.all(
      route.writes.map(async (slice) => [slice, await state.askFences(slice)] as const),
    )
    // The lease may have come back while the databases were asked: then what was told counts.
    if (state.leaseMs > 0) return undefined
    const answers = new Map(asked)
    const side = decide(route, (slice) => answers.get(slice)!())
    return side && count(exchange, side as Side)
  }

  function count(exchange: Exchange, side: Side): Side {
    exchange.onEnd.push(inFlight.enter(exchange.writes))
    return side
  }

  /** Requests that an admitted request makes pass the hold that began meanwhile, unless it is acknowledged. */
  function admitted({ req, writes }: Exchange): (slice: string) => boolean {
    const header = req.headers[admissionHeader]
    const admission = typeof header === 'string' ? admissions()?.read(header) : undefined
    return (slice) =>
      admission !== undefined &&
      admission.slice === slice &&
      writes.includes(slice) &&
      admission.epoch === state.slice(slice).openEpoch &&
      !state.slice(slice).view.open &&
      inFlight.count(slice) > 0
  }

  async function keep(exchange: Exchange, route: SliceRoute): Promise<Side> {
    const { slice } = route
    if (total >= maxHeld) {
      const message = `Too many requests wait for the owner of "${slice}" to change. Try again in a moment.`
      throw new ProxyError('TOO_MANY_HELD', message, { slice, held: total })
    }
    const since = now()
    total += 1
    held.set(slice, (held.get(slice) ?? 0) + 1)
    try {
      while (now() - since < holdMs && !exchange.res.destroyed) {
        await state.changed(Math.min(askAgainMs, holdMs - (now() - since)))
        if (exchange.res.destroyed) break // Who has gone may ask again: not twice what they want once.
        const side = await enter(exchange, route)
        if (side) return side
      }
    } finally {
      total -= 1
      held.set(slice, held.get(slice)! - 1)
      onHeld(slice, now() - since)
    }
    const message = `The owner of "${slice}" is changing and took longer than ${holdMs} ms. Try again in a moment.`
    throw new ProxyError('HELD_TOO_LONG', message, { slice })
  }

  return {
    async stage(exchange: Exchange): Promise<void> {
      const { route } = exchange
      if (!route || exchange.writes.length === 0) return
      exchange.side = (await enter(exchange, route)) ?? (await keep(exchange, route))
      exchange.owner = exchange.side
    },

    held: (): Record<string, number> => Object.fromEntries(held),
  }
}

export type Hold = ReturnType<typeof createHold>

type Answer = { readonly forward: Side } | 'hold' | 'ask the fences'

/** One answer for all slices that a request writes: where its own slice goes, if none has to wait. */
function decide(
  { slice, writes }: SliceRoute,
  answer: (slice: string) => Answer,
): Side | 'ask the fences' | undefined {
  const answers = new Map(writes.map((name) => [name, answer(name)]))
  const all = [...answers.values()]
  if (all.includes('hold')) return undefined
  if (all.includes('ask the fences')) return 'ask the fences'
  const own = answers.get(slice)
  return typeof own === 'object' ? own.forward : undefined
}
