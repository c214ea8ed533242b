import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { beat, type Script } from './scripts.ts'

export interface LinkOptions {
  readonly url: string
  /** Certificates of authorities that may have certified it, as PEM; else those that Node knows. */
  readonly ca?: string | undefined
  readonly prefix: string
  readonly proxy: string
  /** What takes longer has failed. */
  readonly timeoutMs: number
  readonly log: Logger
  readonly now: () => number
  /** Called when it can be relied on, and when no more. */
  onChange(isUp: boolean): void
  /** Pins may be gone. Called before it is relied on again. */
  onLost(): void
}

const beatMs = 250

/** After a loss every proxy has noticed it in that time, and waits for what it answers. */
const graceMs = 1000

/** The connection to Redis, and whether it can be relied on: reachable, fast, writable, and nothing lost. */
export class Link {
  readonly #options: LinkOptions
  readonly #redis: Redis
  readonly #timer: NodeJS.Timeout
  #isUp = false
  #trouble: string | undefined = 'it was not reached yet'
  /** Why the connection could not be made, or broke, until one was made. */
  #error: string | undefined
  /** Which connection this is, and which was greeted last. */
  #connection = 0
  #greeted = -1
  /** The server's run and the era in it. Another one has not all of the pins. */
  #identity: string | undefined
  #era: string | undefined
  #lostAt: number | undefined
  #losses = 0
  #ticking = false
  #closed = false

  constructor(options: LinkOptions) {
    this.#options = options
    this.#redis = new Redis(options.url, {
      commandTimeout: options.timeoutMs,
      connectTimeout: 1000,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      retryStrategy: () => beatMs,
      ...(options.ca !== undefined && { tls: { ca: options.ca } }),
      connectionName: `strangler-proxy-${options.proxy.replaceAll(/[^\w.-]/g, '_')}`,
    })
    this.#redis.on('error', ({ message }: Error) => {
      this.#error = message
      if (!this.#isUp) this.#trouble = message // Else the next beat tells.
    })
    this.#redis.on('close', () => {
      this.#connection += 1
      this.#down(this.#error ?? 'the connection broke')
    })
    this.#redis.on('ready', () => {
      this.#error = undefined
      void this.#tick()
    })
    this.#timer = setInterval(() => void this.#tick(), beatMs)
  }

  get isUp(): boolean {
    return this.#isUp
  }

  /** Why it cannot be relied on. */
  get trouble(): string | undefined {
    return this.#trouble
  }

  /** Grows whenever pins may have been lost. */
  get losses(): number {
    return this.#losses
  }

  /** Resolves when it can be relied on for the first time, or after a while. */
  async opened(withinMs: number): Promise<void> {
    const until = this.#options.now() + withinMs
    while (!this.#isUp && this.#options.now() < until) await pause(20)
    if (!this.#isUp) this.#warn()
  }

  /** Runs a script on a principal's pins. Undefined: it may have been run or not, and says nothing. */
  async run(
    script: Script,
    key: string,
    args: readonly (string | number)[],
  ): Promise<unknown[] | undefined> {
    if (!this.#isUp) return undefined
    try {
      const reply = await this.#evaluate(script, key, args)
      if (reply[0] !== this.#era) this.#lose()
      return this.#isUp ? reply : undefined
    } catch (error) {
      this.#down((error as Error).message)
      return undefined
    }
  }

  close(): void {
    this.#closed = true
    clearInterval(this.#timer)
    this.#redis.disconnect()
  }

  async #evaluate(script: Script, key: string, args: readonly (string | number)[]) {
    const keys = [`${this.#options.prefix}era`, `${this.#options.prefix}${key}`]
    try {
      return (await this.#redis.evalsha(script.sha, 2, ...keys, ...args)) as unknown[]
    } catch (error) {
      if (!(error as Error).message.startsWith('NOSCRIPT')) throw error
      return (await this.#redis.eval(script.lua, 2, ...keys, ...args)) as unknown[]
    }
  }

  async #tick(): Promise<void> {
    if (this.#ticking || this.#closed || this.#redis.status !== 'ready') return
    this.#ticking = true
    try {
      const { now, proxy, onLost } = this.#options
      const isNew = this.#greeted !== this.#connection
      if (isNew || this.#lostAt !== undefined) await this.#greet()
      const [era] = await this.#evaluate(beat, `proxy:${proxy}`, [])
      if (era !== this.#era) this.#lose()
      if (this.#greeted !== this.#connection) return
      if (this.#lostAt !== undefined) {
        if (now() - this.#lostAt < graceMs) return
        onLost()
        this.#lostAt = undefined
      }
      this.#up()
    } catch (error) {
      this.#down((error as Error).message)
    } finally {
      this.#ticking = false
    }
  }

  /** Finds out whom it talks to. */
  async #greet(): Promise<void> {
    const connection = this.#connection
    this.#greeted = -1
    // Some services forbid it; then the era alone has to tell.
    const info = await this.#redis.info().catch(forbidden)
    const field = (name: string) => new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(info)?.[1]
    if (field('role') === 'slave') throw new Error('it is a replica, and refuses to be written to')
    const policy = field('maxmemory_policy')
    if (policy !== undefined && policy !== 'noeviction' && field('maxmemory') !== '0')
      throw new Error(`it may forget pins: set its maxmemory-policy ${policy} to noeviction`)
    const key = `${this.#options.prefix}era`
    await this.#redis.set(key, randomUUID(), 'NX')
    const era = (await this.#redis.get(key)) ?? undefined
    const identity = `${field('run_id')} ${era}`
    if (identity !== this.#identity) this.#lose()
    this.#identity = identity
    this.#era = era
    this.#greeted = connection
  }

  #lose(): void {
    this.#losses += 1
    this.#lostAt = this.#options.now()
    this.#down('pins may have been lost')
  }

  #up(): void {
    if (this.#isUp || this.#closed) return
    this.#isUp = true
    this.#trouble = undefined
    this.#options.log.info('pins are shared through Redis')
    this.#options.onChange(true)
  }

  #down(trouble: string): void {
    this.#trouble = trouble
    if (!this.#isUp || this.#closed) return
    this.#isUp = false
    this.#warn()
    this.#options.onChange(false)
  }

  #warn(): void {
    const { log } = this.#options
    log.warn({ trouble: this.#trouble }, 'pins cannot be shared through Redis: owners answer reads')
  }
}

function forbidden(error: Error): string {
  if (/^NOPERM|^ERR unknown command/.test(error.message)) return ''
  throw error
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
