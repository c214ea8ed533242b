import { createHash } from 'node:crypto'
import { type Exposure, noExposure } from '../exposure.ts'
import type { MemoryPins } from '../memory-pins.ts'
import { isPin, type KnownPins, type Pin, type PinStore } from '../pins.ts'
import type { Link } from './link.ts'
import { clear, read, replace, type Script, settle } from './scripts.ts'

export interface RedisPinsOptions {
  readonly link: Link
  /** Of this proxy alone; every pin's id begins with it. */
  readonly instance: string
  /** What this proxy knows by itself. */
  readonly own: MemoryPins
  /** No other proxy has told a client of anything that is not in Redis. */
  othersShare(): boolean
}

/** Far beyond any lag, and what a proxy that died leaves is gone after it. */
const lifetimeMs = 15 * 60_000

/** What could not be taken away is tried again; what is too much for that goes with its lifetime. */
const maxOwed = 10_000

/** Pins that several proxies share. Each keeps its own in memory, too. */
export class RedisPins implements PinStore {
  readonly #options: RedisPinsOptions
  /** Pins under way, by the losses that had been before they were shared. */
  readonly #shared = new Map<Pin, number>()
  readonly #owed: (() => Promise<unknown>)[] = []
  readonly #timer: NodeJS.Timeout

  constructor(options: RedisPinsOptions) {
    this.#options = options
    this.#timer = setInterval(() => this.#renew(), lifetimeMs / 3)
  }

  get count(): number {
    return this.#options.own.count
  }

  async read(pin: Pick<Pin, 'principal'> | Pin): Promise<KnownPins> {
    const { link, instance, othersShare } = this.#options
    const { own } = this.#options.own.read(pin)
    const args = [lifetimeMs, isPin(pin) ? fieldOf(pin) : '']
    if (isPin(pin)) this.#shared.set(pin, link.losses)
    const reply = await link.run(read, keyOf(pin), args)
    if (!reply && isPin(pin)) this.#shared.delete(pin)
    const others = reply && parse(reply[1] as string[], instance)
    return { own, others, isComplete: reply !== undefined && othersShare() }
  }

  async set(pin: Pin): Promise<boolean> {
    const { own, link } = this.#options
    own.set(pin)
    this.#shared.set(pin, link.losses)
    const reply = await link.run(replace, keyOf(pin), [lifetimeMs, '', fieldOf(pin)])
    if (!reply) this.#shared.delete(pin)
    return reply !== undefined
  }

  isShared(pin: Pin): boolean {
    return this.#options.link.isUp && this.#shared.get(pin) === this.#options.link.losses
  }

  async acknowledge(pin: Pin): Promise<boolean> {
    const { own, link } = this.#options
    own.acknowledge(pin)
    const args = [lifetimeMs, fieldOf(pin), fieldOf(pin, 'a')]
    return (await link.run(replace, keyOf(pin), args)) !== undefined
  }

  settle(pin: Pin, mark = -1): void {
    this.#options.own.settle(pin, mark)
    this.#shared.delete(pin)
    const kept = `${pin.kind === 'write' ? 'W' : 'S'}|${pin.database}`
    const args = [lifetimeMs, fieldOf(pin), fieldOf(pin, 'a'), kept, mark]
    void this.#runSometime(settle, keyOf(pin), args)
  }

  sweep(isSettled: (database: string, exposure: Exposure) => boolean): void {
    this.#options.own.sweep(isSettled, (principal, database, { written, seen }) => {
      const args = [`W|${database}`, written, `S|${database}`, seen]
      void this.#options.link.run(clear, keyOf({ principal }), args)
    })
    if (!this.#options.link.isUp) return
    for (const again of this.#owed.splice(0)) void again()
  }

  close(): void {
    clearInterval(this.#timer)
  }

  async #runSometime(script: Script, key: string, args: (string | number)[]): Promise<void> {
    if (await this.#options.link.run(script, key, args)) return
    if (this.#owed.length < maxOwed) this.#owed.push(() => this.#runSometime(script, key, args))
  }

  /** A write may be under way for longer than its pin would last. */
  #renew(): void {
    for (const pin of this.#shared.keys())
      void this.#options.link.run(replace, keyOf(pin), [lifetimeMs, '', fieldOf(pin)])
  }
}

/** Principals are personal data: what lies in Redis is a digest. */
function keyOf({ principal }: Pick<Pin, 'principal'>): string {
  return `pins:${createHash('sha256').update(principal).digest('base64url').slice(0, 22)}`
}

function fieldOf({ kind, database, id }: Pin, letter = kind === 'write' ? 'w' : 'r'): string {
  return `${letter}|${database}|${id}`
}

/** What other proxies have set. */
function parse(flat: readonly string[], instance: string): Map<string, Exposure> {
  const exposures = new Map<string, Exposure>()
  for (let at = 0; at < flat.length; at += 2) {
    const [letter, database, id] = flat[at]!.split('|') as [string, string, string?]
    if (id?.startsWith(instance)) continue
    const exposure = exposures.get(database) ?? noExposure()
    exposures.set(database, exposure)
    if (letter === 'w') exposure.inFlight += 1
    if (letter === 'a') exposure.unmarkedWrites += 1
    if (letter === 'r') exposure.unmarkedReads += 1
    if (letter === 'W') exposure.written = Number(flat[at + 1])
    if (letter === 'S') exposure.seen = Number(flat[at + 1])
  }
  return exposures
}
