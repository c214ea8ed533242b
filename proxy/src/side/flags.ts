import { Unleash } from 'unleash-client'
import { flagName, type Side } from '@strangler/core'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import type { Exchange } from '../exchange.ts'

/** Which side a slice's flag wants a read to go to; undefined as long as no flag was ever read. */
export interface Flags {
  wanted(slice: string, exchange: Exchange): Side | undefined
  /** The share of reads, in percent, that a slice's flag sends to the extracted side, as last read. */
  share(slice: string): number
  close(): void
}

export interface FlagOptions {
  readonly url: string
  readonly token: string
  /** Where the last answer is kept, for a start while Unleash is down. */
  readonly backupPath: string
  readonly instance: string
  readonly log: Logger
}

const refreshMs = 1000

/** No Unleash is configured: reads answer from the owner. */
export const noFlags: Flags = { wanted: () => undefined, share: () => 0, close: () => {} }

/** The flags that the settings say. */
export function openFlags(config: Config, log: Logger): Flags {
  const { UNLEASH_URL: url, UNLEASH_CLIENT_TOKEN: token } = config
  if (url === undefined || token === undefined) return noFlags
  return createFlags({
    url,
    token,
    backupPath: config.FLAG_BACKUP_DIR,
    instance: config.PROXY_ID,
    log,
  })
}

/** Reads flags from Unleash, and keeps its last answer while it is down. */
export function createFlags({ url, token, backupPath, instance, log }: FlagOptions): Flags {
  const unleash = new Unleash({
    url: new URL('api/', url.endsWith('/') ? url : `${url}/`).href,
    appName: 'strangler-proxy',
    instanceId: instance,
    customHeaders: { Authorization: token },
    refreshInterval: refreshMs,
    backupPath,
    disableMetrics: true,
    skipInstanceCountWarning: true,
  })
  let known = false
  let failing = false
  unleash.on('ready', () => (known = true))
  unleash.on('synchronized', () => {
    known = true
    if (failing) log.info('Unleash answers again')
    failing = false
  })
  const onFailure = (error: Error | string) => {
    if (!failing) log.warn({ err: error }, 'Unleash does not answer; its last answer stands')
    failing = true
  }
  unleash.on('error', onFailure)
  unleash.on('warn', onFailure)

  return {
    wanted(slice, exchange) {
      if (!known) return undefined
      return unleash.isEnabled(flagName(slice), contextOf(exchange)) ? 'extracted' : 'legacy'
    },
    share: (slice) => shareOf(unleash, slice),
    close() {
      unleash.destroy()
      // It takes its listeners away; a poll under way that fails after that would end the process.
      unleash['repository'].on('error', () => {})
    },
  }
}

/** Unleash asks for what its constraints name: a claim of the token, else a header. */
function contextOf({ principal, req }: Exchange) {
  const properties = new Proxy<Record<string, string>>(
    {},
    {
      get: (_, name) => {
        const value = principal.claims[String(name)] ?? req.headers[String(name).toLowerCase()]
        if (typeof value === 'string') return value
        return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
      },
    },
  )
  return { userId: principal.id, remoteAddress: req.socket.remoteAddress ?? '', properties }
}

function shareOf(unleash: Unleash, slice: string): number {
  const flag = unleash.getFeatureToggleDefinition(flagName(slice))
  if (!flag?.enabled) return 0
  const rollout = flag.strategies?.find(({ name }) => name === 'flexibleRollout')
  const percent = rollout?.parameters as { rollout?: string } | undefined
  return Number(percent?.rollout ?? 0)
}
