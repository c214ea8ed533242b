import type { RunningProxy } from '../../src/proxy.ts'
import { ask } from './client.ts'
import { adminToken } from './front.ts'

const headers = { authorization: `Bearer ${adminToken}` }

/** What a proxy says of itself. */
export async function stateOf({ adminUrl }: RunningProxy) {
  return (await ask(adminUrl, { path: '/admin/state', headers })).json
}

/** What Prometheus would read of a proxy. */
export async function metricsOf({ adminUrl }: RunningProxy): Promise<string> {
  return (await ask(adminUrl, { path: '/metrics' })).text
}

/** Has a proxy read the control store now. */
export async function refresh({ adminUrl }: RunningProxy) {
  return (await ask(adminUrl, { method: 'POST', path: '/admin/refresh', headers })).json
}
