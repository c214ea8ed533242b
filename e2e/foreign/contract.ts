import { createHash } from 'node:crypto'
import { type Run, normalise } from './contract/normalise.ts'
import { contractHub } from './contract/parcels.ts'
import { contractRates } from './contract/rates.ts'
import { type Session, type Step, movesWithParcels } from './contract/step.ts'
import { steps } from './contract/steps.ts'

export interface ContractOptions {
  /** Where Parcel Depot answers, without a slash at the end. */
  readonly baseUrl: string
  /** Where the parcels slice answers, when nothing stands in front of the two. */
  readonly sliceUrl?: string
}

export interface ContractResult {
  /** One entry a step, the same for every run on the same rows: request, status, headers, body. */
  readonly transcript: string[]
  /** Empty when all is as it should be. */
  readonly failures: string[]
}

interface Visit {
  readonly cookies: Readonly<Record<Session, string | undefined>>
  readonly origin: (path: string) => string
}

/** Runs every step in order. Clears away what this run, or one that broke off, has made. */
export async function runForeignContract(options: ContractOptions): Promise<ContractResult> {
  const { baseUrl, sliceUrl = baseUrl } = options
  const origin = (path: string) => (movesWithParcels(path) ? sliceUrl : baseUrl)
  const cookies = {
    clerk: await logIn(baseUrl, 'clerk'),
    supervisor: await logIn(baseUrl, 'supervisor'),
    unknown: 'depot_sid=nobody',
    none: undefined,
  }
  const visit = { cookies, origin }
  const learnt: Record<string, string> = {}
  const run: Run = { learnt, startedAt: Date.now() }
  await clearAway(visit)
  learnt['under-way'] = await parcelUnderWay(visit)
  const transcript: string[] = []
  const failures: string[] = []
  for (const [at, step] of steps.entries()) {
    const label = `${at + 1}. ${step.request} as ${step.as ?? 'supervisor'}`
    const response = await send(visit, step, learnt)
    const body = Buffer.from(await response.arrayBuffer())
    const shown = shownBody(response, body)
    const wrong = (what: string) => failures.push(`${label}: ${what}: ${shown.slice(0, 300)}`)
    if (response.status !== step.status) {
      wrong(`answered ${response.status}, not ${step.status}`)
    } else {
      if (step.check && !step.check(shown)) wrong('is not the answer expected')
      Object.assign(learnt, learn(step, shown))
    }
    transcript.push(normalise(`${label}\n${head(response)}\n\n${shown}`, run))
  }
  for (const login of ['clerk', 'supervisor'] as const) {
    const left = await send(visit, { request: 'DELETE /session', status: 204, as: login }, {})
    const after = await send(visit, { request: 'GET /session', status: 401, as: login }, {})
    if (left.status !== 204 || after.status !== 401) failures.push(`${login} cannot log out`)
  }
  return { transcript, failures }
}

interface Identified {
  readonly id: string
}

function learn(step: Step, body: string): Record<string, string> {
  const learnt: Record<string, string> = {}
  for (const [name, which] of Object.entries(step.learn ?? {})) {
    const answer: Identified | Identified[] = JSON.parse(body)
    const one = Array.isArray(answer) ? answer.at(which === 'last' ? -1 : 0) : answer
    if (one) learnt[name] = one.id
  }
  return learnt
}

async function logIn(baseUrl: string, login: string): Promise<string> {
  const response = await fetch(`${baseUrl}/session`, {
    method: 'POST',
    body: new URLSearchParams({ login, password: `${login}-pass` }),
  })
  const cookie = response.headers.get('set-cookie') ?? ''
  if (response.status !== 200 || !/^depot_sid=[\w-]+;.*HttpOnly/.test(cookie)) {
    throw new Error(`${login} cannot log in: ${response.status} ${await response.text()}`)
  }
  return cookie.split(';', 1)[0]!
}

const filled = (text: string, learnt: Readonly<Record<string, string>>) =>
  text.replaceAll(/\{([a-z-]+)\}/g, (whole, name: string) => learnt[name] ?? whole)

function send(
  { cookies, origin }: Visit,
  step: Step,
  learnt: Readonly<Record<string, string>>,
): Promise<Response> {
  const [method = '', template = ''] = step.request.split(' ', 2)
  const path = filled(template, learnt)
  const cookie = cookies[step.as ?? 'supervisor']
  const { type, body } = payload(step, learnt)
  return fetch(`${origin(path)}${path}`, {
    method,
    redirect: 'manual',
    headers: { ...(type && { 'content-type': type }), ...(cookie && { cookie }) },
    ...(body !== undefined && { body }),
  })
}

function payload(step: Step, learnt: Readonly<Record<string, string>>) {
  if (step.json !== undefined) {
    return { type: 'application/json', body: filled(JSON.stringify(step.json), learnt) }
  }
  if (step.form) {
    const body = new URLSearchParams(step.form).toString()
    return { type: 'application/x-www-form-urlencoded', body }
  }
  if (step.binary) return { type: step.binary.type, body: new Uint8Array(step.binary.content) }
  return { type: step.raw?.type, body: step.raw?.content }
}

/** The headers that clients read. */
const compared = [
  'content-type',
  'location',
  'allow',
  'retry-after',
  'content-disposition',
  'cache-control',
  'x-depot-after',
]

function head({ status, headers }: Response): string {
  const lines = compared.flatMap((name) => {
    const value = headers.get(name)
    return value === null ? [] : [`${name}: ${value}`]
  })
  return [`${status}`, ...lines].join('\n')
}

/** Text as it is; the digest of anything else. */
function shownBody(response: Response, body: Buffer): string {
  const type = response.headers.get('content-type') ?? ''
  if (/charset=utf-8|^$/.test(type) || type === 'text/plain') return body.toString()
  return `sha256 ${createHash('sha256').update(body).digest('hex')}`
}

async function clearAway(visit: Visit) {
  for (const rate of contractRates) {
    await send(visit, { request: `DELETE ${rate}`, status: 204 }, {})
  }
  for (const { id } of await list(visit, `/parcels?hub=${contractHub}&limit=500`)) {
    await send(visit, { request: `DELETE /parcels/${id}`, status: 204 }, {})
  }
}

/** A parcel that is not closed, for the invoice that must not be written. */
async function parcelUnderWay(visit: Visit): Promise<string> {
  const [parcel] = await list(visit, '/parcels?hub=ODD&status=in_transit&limit=1')
  if (!parcel) throw new Error('the depot has no parcel of hub ODD that is in transit')
  return parcel.id
}

async function list(visit: Visit, path: string): Promise<Identified[]> {
  const response = await send(visit, { request: `GET ${path}`, status: 200 }, {})
  if (response.status !== 200) throw new Error(`GET ${path} answered ${response.status}`)
  return JSON.parse(await response.text())
}
