import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { flagName } from '@strangler/core'

export interface Constraint {
  readonly contextName: string
  readonly operator: string
  readonly values: readonly string[]
}

export interface FlagDetails {
  readonly constraints?: readonly Constraint[]
  /** Whose flags send the same people the same way. Default: the slice. */
  readonly group?: string
}

/** What Unleash's SDK asks of Unleash, of a test's own: as many flags as there are shares. */
export interface FlagServer extends AsyncDisposable {
  /** What a proxy is told to find it. */
  readonly settings: Readonly<Record<string, string>>
  set(slice: string, percent: number, more?: FlagDetails): void
  /** From now on it answers 503, or again as it should. */
  fail(isDown: boolean): void
  /** Resolves when the next poll has come, to what answers it. */
  holdNext(): Promise<(status: number) => void>
}

export async function startFlagServer(): Promise<FlagServer> {
  const features = new Map<string, object>()
  let isDown = false
  let held: PromiseWithResolvers<(status: number) => void> | undefined
  const server = createServer((_req, res) => {
    if (held) {
      held.resolve((status) => void res.writeHead(status).end())
      held = undefined
      return
    }
    if (isDown) return void res.writeHead(503).end()
    res.setHeader('content-type', 'application/json')
    res.end(JSON.stringify({ version: 2, features: [...features.values()] }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    settings: { UNLEASH_URL: `http://127.0.0.1:${port}`, UNLEASH_CLIENT_TOKEN: 'any' },
    set(slice, percent, { constraints = [], group = slice } = {}) {
      const parameters = { rollout: String(percent), stickiness: 'userId', groupId: group }
      const strategies = [{ name: 'flexibleRollout', parameters, constraints }]
      features.set(slice, { name: flagName(slice), enabled: true, strategies })
    },
    fail: (down) => void (isDown = down),
    holdNext() {
      held = Promise.withResolvers()
      return held.promise
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
