import { type Plan, resolve } from '@strangler/core'
import { createUpstream, type Upstream } from './upstream.ts'

/** The servers behind the proxy, each under the name of its database. */
export interface Upstreams extends AsyncDisposable {
  of(database: string): Upstream
}

export function createUpstreams(
  plan: Plan,
  environment: Readonly<Record<string, string | undefined>>,
): Upstreams {
  const timeoutMs = plan.legacy.requestTimeoutMs
  const legacy = resolve(plan.legacy.url, 'the address of the monolith', environment)
  const upstreams = new Map([['legacy', createUpstream('legacy', legacy, timeoutMs)]])
  for (const [name, { url }] of plan.services) {
    const address = resolve(url, `the address of the service "${name}"`, environment)
    upstreams.set(name, createUpstream(name, address, timeoutMs))
  }
  return {
    of: (database) => upstreams.get(database)!,
    async [Symbol.asyncDispose]() {
      await Promise.all([...upstreams.values()].map((upstream) => upstream.close()))
    },
  }
}
