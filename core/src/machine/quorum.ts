/** A proxy's row in the control store, as far as one slice goes. */
export interface ProxyRow {
  readonly id: string
  /** Its lease has run out by the control store's clock, and so, earlier still, by its own. */
  readonly expired: boolean
  /** The epoch of the last hold that it acknowledged. */
  readonly acknowledged: number
}

/**
 * The proxies that may still send writes to the side being left. The list has to be read after the hold
 * was recorded: a proxy that registers later reads the hold before it serves.
 */
export function notHolding(proxies: readonly ProxyRow[], epoch: number): ProxyRow[] {
  return proxies.filter(({ expired, acknowledged }) => !expired && acknowledged !== epoch)
}
