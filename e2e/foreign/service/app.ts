import { type Answer, Refusal, type Respond, urlOf } from '../http.ts'
import * as consignments from './consignments.ts'
import type { Context } from './context.ts'
import * as documents from './documents.ts'
import type { Identity } from './identity.ts'
import * as milestones from './milestones.ts'
import { slip } from './slip.ts'
import type { Store } from './store.ts'
import * as tariffs from './tariffs.ts'

type Action = (context: Context) => Promise<Answer>

/** Parcel Depot's paths, each with what it does by method. */
const resources: readonly (readonly [path: RegExp, actions: Readonly<Record<string, Action>>])[] = [
  [/^\/parcels$/, { GET: consignments.list, POST: consignments.book }],
  [
    /^\/parcels\/(?<id>[^/]+)$/,
    { GET: consignments.show, PATCH: consignments.amend, DELETE: consignments.discard },
  ],
  [/^\/parcels\/(?<id>[^/]+)\/slip$/, { GET: slip }],
  [/^\/parcels\/(?<id>[^/]+)\/events$/, { GET: milestones.list, POST: milestones.append }],
  [/^\/parcels\/(?<id>[^/]+)\/events\/(?<seq>[^/]+)$/, { DELETE: milestones.strike }],
  [/^\/parcels\/(?<id>[^/]+)\/labels$/, { GET: documents.list }],
  [
    /^\/parcels\/(?<id>[^/]+)\/label$/,
    { GET: documents.fetchLatest, PUT: documents.store, DELETE: documents.withdraw },
  ],
  [/^\/rates$/, { GET: tariffs.list }],
  [
    /^\/rates\/(?<zone>[^/]+)\/(?<level>[^/]+)\/(?<band>[^/]+)$/,
    { GET: tariffs.show, PUT: tariffs.put, PATCH: tariffs.amend, DELETE: tariffs.remove },
  ],
]

export function createService(parts: { store: Store; identity: Identity }): Respond {
  const { store, identity } = parts
  return async (request) => {
    const url = urlOf(request)
    if (url.pathname === '/health') {
      await store.query('SELECT')
      return { status: 200, headers: { 'content-type': 'text/plain' }, body: 'ok\n' }
    }
    const user = await identity.of(request.headers.cookie)
    const { action, named } = resolve(request.method ?? '', url.pathname)
    return action({ request, search: url.searchParams, named, user, store })
  }
}

function resolve(method: string, path: string): { action: Action; named: Record<string, string> } {
  for (const [pattern, actions] of resources) {
    const match = pattern.exec(path)
    if (!match) continue
    if (!Object.hasOwn(actions, method)) {
      throw new Refusal(405, 'not that way', { allow: Object.keys(actions).join(', ') })
    }
    try {
      const groups = Object.entries(match.groups ?? {})
      return {
        action: actions[method]!,
        named: Object.fromEntries(groups.map(([name, part]) => [name, decodeURIComponent(part)])),
      }
    } catch {
      throw new Refusal(400, 'not an acceptable path')
    }
  }
  throw new Refusal(404, 'nothing here')
}
