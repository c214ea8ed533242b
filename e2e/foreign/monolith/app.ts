import type pg from 'pg'
import { type Answer, Refusal, type Respond, urlOf } from '../http.ts'
import { listAccounts, showAccount } from './accounts.ts'
import type { Call } from './call.ts'
import { changeCourier, listCouriers } from './couriers.ts'
import { explained } from './database.ts'
import { addEvent, deleteEvent, listEvents } from './events.ts'
import { createInvoice, deleteInvoice, listInvoices, payInvoice, showInvoice } from './invoices.ts'
import { addLabel, deleteLabel, downloadLabel, listLabels } from './labels.ts'
import { changeParcel, createParcel, deleteParcel, listParcels, showParcel } from './parcels.ts'
import { changeRate, deleteRate, listRates, putRate, showRate } from './rates.ts'
import { logIn, logOut, showSession, whoIs } from './sessions.ts'
import { showSlip } from './slip.ts'

type Handler = (call: Call) => Promise<Answer>

const routes: readonly (readonly [method: string, path: string, handler: Handler])[] = [
  ['GET', '/session', showSession],
  ['DELETE', '/session', logOut],
  ['GET', '/accounts', listAccounts],
  ['GET', '/accounts/:id', showAccount],
  ['GET', '/couriers', listCouriers],
  ['PATCH', '/couriers/:id', changeCourier],
  ['GET', '/parcels', listParcels],
  ['POST', '/parcels', createParcel],
  ['GET', '/parcels/:id', showParcel],
  ['PATCH', '/parcels/:id', changeParcel],
  ['DELETE', '/parcels/:id', deleteParcel],
  ['GET', '/parcels/:id/slip', showSlip],
  ['GET', '/parcels/:id/events', listEvents],
  ['POST', '/parcels/:id/events', addEvent],
  ['DELETE', '/parcels/:id/events/:seq', deleteEvent],
  ['GET', '/parcels/:id/labels', listLabels],
  ['GET', '/parcels/:id/label', downloadLabel],
  ['PUT', '/parcels/:id/label', addLabel],
  ['DELETE', '/parcels/:id/label', deleteLabel],
  ['GET', '/rates', listRates],
  ['GET', '/rates/:zone/:level/:band', showRate],
  ['PUT', '/rates/:zone/:level/:band', putRate],
  ['PATCH', '/rates/:zone/:level/:band', changeRate],
  ['DELETE', '/rates/:zone/:level/:band', deleteRate],
  ['GET', '/invoices', listInvoices],
  ['POST', '/invoices', createInvoice],
  ['GET', '/invoices/:id', showInvoice],
  ['POST', '/invoices/:id/payment', payInvoice],
  ['DELETE', '/invoices/:id', deleteInvoice],
]

const table = routes.map(([method, path, handler]) => ({
  method,
  pattern: new RegExp(`^${path.replaceAll(/:\w+/g, '([^/]+)')}$`),
  handler,
}))

const nobody = { login: '', role: '', accountId: '' }

export function createMonolith(pool: pg.Pool): Respond {
  return async (request) => {
    const { pathname, searchParams: query } = urlOf(request)
    const call = { request, query, args: [], who: nobody, pool }
    try {
      if (pathname === '/health') return await health(pool)
      if (pathname === '/session' && request.method === 'POST') return await logIn(call)
      const who = await whoIs(request, pool)
      const { handler, args } = find(request.method, pathname)
      return await handler({ ...call, who, args })
    } catch (error) {
      throw explained(error)
    }
  }
}

function find(method = '', pathname: string): { handler: Handler; args: string[] } {
  const here = table.filter(({ pattern }) => pattern.test(pathname))
  if (here.length === 0) throw new Refusal(404, 'nothing here')
  const entry = here.find((route) => route.method === method)
  if (!entry) {
    const allow = here.map((route) => route.method).join(', ')
    throw new Refusal(405, 'not that way', { allow })
  }
  try {
    const [, ...parts] = entry.pattern.exec(pathname) ?? []
    return { handler: entry.handler, args: parts.map(decodeURIComponent) }
  } catch {
    throw new Refusal(400, 'not an acceptable path')
  }
}

async function health(pool: pg.Pool): Promise<Answer> {
  await pool.query('SELECT')
  return { status: 200, headers: { 'content-type': 'text/plain' }, body: 'ok\n' }
}
