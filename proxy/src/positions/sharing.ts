import { type ProxyEntry, proxyLeaseMs } from '@strangler/core'

export interface SharingOptions {
  /** This proxy, in the control store. */
  readonly id: string
  readonly now: () => number
  /** How long what this proxy read of the control store may be relied on. */
  leaseMs(): number
  /** Tells the control store now. */
  report(): void
  /** Others share again: who ended without saying so took with it what it had not shared. */
  onOthersShare(): void
  /** Resolves once all that was answered before is everywhere, or to false after a while. */
  everythingIsEverywhere(): Promise<boolean>
}

/** A proxy that could not share and has been silent for so long is thought to have ended. */
const endedMs = 60_000

/**
 * Whether proxies know of each other's pins. One that cannot share its own says so in the control store, until
 * all that it answered meanwhile is everywhere; the others ask the owners as long as they read that, or cannot
 * read it.
 */
export class Sharing {
  readonly #options: SharingOptions
  #isUp = true
  /** How often the store was found not to be. */
  #failures = 0
  #isUnshared = false
  #everybodyKnowsAt = Infinity
  #othersShare: boolean | undefined

  constructor(options: SharingOptions) {
    this.#options = options
  }

  /** What this proxy reports of itself. */
  get isUnshared(): boolean {
    return this.#isUnshared
  }

  /** Every other proxy has read that this one does not share, or has no lease and relies on nothing. */
  get everybodyKnows(): boolean {
    const { now, leaseMs } = this.#options
    return now() >= this.#everybodyKnowsAt && leaseMs() > 0
  }

  get othersShare(): boolean {
    return this.#othersShare === true && this.#options.leaseMs() > 0
  }

  storeIs(isUp: boolean): void {
    this.#isUp = isUp
    if (isUp) return void this.#recover()
    this.#failures += 1
    if (this.#isUnshared) return
    this.#isUnshared = true
    this.#options.report()
  }

  /** A report has gone through, and the proxies were read after it. */
  reported(wasUnshared: boolean, proxies: readonly ProxyEntry[]): void {
    const { id, now, onOthersShare } = this.#options
    const othersShare = proxies.every(
      (proxy) => proxy.id === id || !proxy.report.unsharedPins || proxy.silentForMs > endedMs,
    )
    if (othersShare && this.#othersShare === false) onOthersShare()
    this.#othersShare = othersShare
    if (!wasUnshared || !this.#isUnshared) this.#everybodyKnowsAt = Infinity
    else this.#everybodyKnowsAt = Math.min(this.#everybodyKnowsAt, now() + proxyLeaseMs)
  }

  async #recover(): Promise<void> {
    const failures = this.#failures
    while (this.#isUp && this.#isUnshared && failures === this.#failures) {
      if (!(await this.#options.everythingIsEverywhere()) || failures !== this.#failures) continue
      this.#isUnshared = false
      this.#everybodyKnowsAt = Infinity
      this.#options.report()
    }
  }
}
