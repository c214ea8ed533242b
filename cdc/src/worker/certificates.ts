import type { Request } from '@strangler/core'
import type { WorkerContext } from './context.ts'
import { certify } from './requests/verify.ts'

interface Verifying {
  readonly slice: string
  readonly abort: AbortController
  readonly ended: Promise<void>
}

/** Keeps certificates fresh, one slice at a time, so that a switch seldom has to wait for one. */
export class CertificateKeeper {
  readonly #context: WorkerContext
  readonly #isBusy: (slice: string) => boolean
  #verifying: Verifying | undefined

  /** @param isBusy whether a request is being carried out on a slice. */
  constructor(context: WorkerContext, isBusy: (slice: string) => boolean) {
    this.#context = context
    this.#isBusy = isBusy
  }

  /** Begins with the next slice that is due, unless one is being verified. */
  keep(): void {
    if (this.#verifying) return
    const { running, log } = this.#context
    const slice = [...running.keys()].find((name) => this.#isDue(name))
    if (slice === undefined) return
    const abort = new AbortController()
    const ended = certify(this.#context, slice, { signal: abort.signal, progress: async () => {} })
      .then(({ clean, rows }) => log.info({ slice, clean, rows }, 'verified'))
      .catch((error: unknown) => log.warn({ slice, err: error }, 'not verified'))
      .finally(() => (this.#verifying = undefined))
    this.#verifying = { slice, abort, ended }
  }

  /**
   * A request may stop the streams that a verification waits for, and a switch needs the keys that it is
   * about to settle. But the first certificate is waited for: that beats refusing the switch.
   */
  async makeWay({ kind, slices }: Request): Promise<void> {
    const verifying = this.#verifying
    if (!verifying || !slices.includes(verifying.slice)) return
    if (kind !== 'switch' || this.#hasCertificate(verifying.slice)) verifying.abort.abort()
    await verifying.ended
  }

  interrupt(): void {
    this.#verifying?.abort.abort()
  }

  #hasCertificate(slice: string): boolean {
    const { rows, running } = this.#context
    return rows.get(slice)?.certificate?.worker === running.get(slice)?.worker
  }

  #isDue(name: string): boolean {
    const { plan, rows, running, switched } = this.#context
    const row = rows.get(name)
    const slice = plan.slices.get(name)
    if (!row || !slice || row.sync !== 'streaming' || row.phase !== 'idle') return false
    const runtime = running.get(name)!
    if (this.#isBusy(name) || !runtime.isStreaming) return false
    if (switched.has(name) || !this.#hasCertificate(name)) return true
    const { deadLetters, at } = row.certificate!
    if (deadLetters && runtime.deadLetters === 0) return true
    const minutes = (Date.now() - Date.parse(at)) / 60_000
    return minutes > slice.gates.certificateAgeMinutes / 2
  }
}
