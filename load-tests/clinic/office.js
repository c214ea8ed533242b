import { anyOf, happens, whole } from './chance.js'
import { dayFromNow } from './days.js'
import { screens } from './screens.js'

export function seeDashboard(me) {
  me.see(...screens.dashboard())
  me.think(3, 10)
}

/** A screen that stays open is loaded again each minute, with the number in the corner. */
export function stay(me) {
  me.see(...screens.dashboard(), ...screens.unseen())
}

export function readInbox(me) {
  me.see(...screens.inbox())
  // The server counts what it has just shown as seen.
  me.see(...screens.unseen())
  me.think(2, 8)
}

export function choosePreferences(me) {
  const [preferences] = me.see(...screens.preferences())
  const template = anyOf(Object.keys(preferences ?? {}))
  me.think(2, 6)
  if (template === undefined) return
  const json = { template, channels: anyOf([['in_app'], ['in_app', 'email']]) }
  me.send({ method: 'PUT', route: '/api/notification-preferences', json })
}

export function seeStock(me) {
  const [found] = me.see(...screens.items(anyOf([null, 'a', 'vac', 'AMX'])))
  const item = anyOf(found?.items ?? [])
  if (!item) return
  me.think(2, 6)
  me.see(...screens.item(item.id))
  me.think(2, 6)
  if (me.role === 'veterinarian' || !happens(0.3)) return
  me.send({
    method: 'POST',
    route: '/api/inventory/:id/adjustments',
    params: { id: item.id },
    json: { quantity: String(whole(1, 20)), kind: 'adjusted', note: 'Counted' },
    expect: [201],
  })
  me.see(...screens.item(item.id))
}

/** Looks through the orders, or makes one, orders it, and takes it in. */
export function seeOrders(me) {
  const [found] = me.see(...screens.orders())
  const order = anyOf(found?.orders ?? [])
  me.think(2, 6)
  if (order) me.see(...screens.order(order.id))
  if (!happens(0.4)) return
  const [suppliers, items] = me.see({ route: '/api/suppliers' }, ...screens.items('a'))
  const [supplier, item] = [anyOf(suppliers ?? []), anyOf(items?.items ?? [])]
  if (!supplier || !item) return
  me.think(8, 20)
  const lines = [{ itemId: item.id, quantity: whole(1, 10) * 10, unitCost: '0.3333' }]
  const draft = me.send({
    method: 'POST',
    route: '/api/purchase-orders',
    json: { supplierId: supplier.id, lines },
    expect: [201],
  })
  if (!draft) return
  for (const step of ['order', 'receive']) {
    me.think(1, 3)
    me.send({
      method: 'POST',
      route: `/api/purchase-orders/:id/${step}`,
      params: { id: draft.body.id },
    })
  }
}

/** The revenue takes long: it is looked at as often as a month has ends. */
export function seeReports(me) {
  const report = anyOf(['vaccinationsDue', 'vaccinationsDue', 'work', 'work', 'usage', 'revenue'])
  me.see(...screens[report]())
  me.think(5, 15)
}

export function makeExport(me) {
  const [made] = me.see(...screens.exports())
  const old = anyOf(made ?? [])
  if (old) me.send({ route: '/api/reports/exports/:id', params: { id: old.id } })
  if (!happens(0.3)) return
  me.think(3, 8)
  const json = {
    report: anyOf(['usage', 'vaccinations-due']),
    format: anyOf(['csv', 'xlsx', 'pdf']),
    from: dayFromNow(-29),
    to: dayFromNow(0),
  }
  me.send({ method: 'POST', route: '/api/reports/exports', json, expect: [201] })
}

export function administer(me) {
  const screen = anyOf([screens.users(1), screens.users(1), screens.audit(), screens.services()])
  me.see(...screen)
  me.think(3, 10)
}
