import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { flagName } from '@strangler/core'

export interface Constraint {
  readonly contextName: string
  readonly operator: string
  readonly values: readonly string[]
}

/** What Unleash's SDK asks of Unleash, of a test's own: as many flags as there are shares. */
export interface FlagServer extends AsyncDisposable {
  /** What a proxy is told to find it. */
  readonly settings: Readonly<Record<string, string>>
  set(slice: string, percent: number, constraints?: readonly Constraint[]): void
  /** From now on it answers nobody, or again. */
  fail(isDown: boolean): void
}

export async function startFlagServer(): Promise<FlagServer> {
  const features = new Map<string, object>()
  let isDown = false
  const server = createServer((req, res) => {
    if (isDown) return void req.socket.destroy()
    res.setHeader('content-type', 'application/json')
    res.end(JSON.stringify({ version: 2, features: [...features.values()] }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    settings: { UNLEASH_URL: `http://127.0.0.1:${port}`, UNLEASH_CLIENT_TOKEN: 'any' },
    set(slice, percent, constraints = []) {
      const parameters = { rollout: String(percent), stickiness: 'userId', groupId: slice }
      const strategies = [{ name: 'flexibleRollout', parameters, constraints }]
      features.set(slice, { name: flagName(slice), enabled: true, strategies })
    },
    fail: (down) => void (isDown = down),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
