import { setTimeout as delay } from 'node:timers/promises'
import {
  ask,
  readRequest,
  readSlice,
  type Request,
  type Side,
  type SliceRow,
} from '@strangler/core'
import type pg from 'pg'
import type { Client } from '../client.ts'
import { askToSwitch, endPause } from '../switching.ts'
import type { System } from '../system.ts'
import type { Cell, PartName } from './cells.ts'

export interface MatrixContext {
  readonly system: System
  /** The control store, as the toolkit's own parts see it. */
  readonly control: pg.Pool
  /** The databases, as the monolith and the service write to them. */
  readonly applications: Readonly<Record<Side, pg.Pool>>
  /** Somebody who writes through the proxy. */
  readonly client: Client
}

/** What came of a death. */
export interface Outcome {
  readonly owner: Side
  /** From the part's return until its slice was open, on one side, and at rest. */
  readonly openAfterMs: number
}

const slice = 'patients'
/** After a part's return everything has to be well within this time. */
const promisedMs = 15_000
const patienceMs = 180_000
/** Java takes ten seconds to start, and minutes where many programs want the same processors. */
const comesBackMs = 300_000

/** Begins a switch, kills a part before one of its steps, and waits until nobody is the worse for it. */
export async function die(context: MatrixContext, cell: Cell): Promise<Outcome> {
  const { system, control } = context
  const request = await reach(context, cell)
  await kill(system, cell.part)
  await until(`the pause is over`, patienceMs, async () => {
    await endPause(control, request)
    return true
  })
  await until(`${cell.part} is back`, comesBackMs, async () => isRunning(system, cell.part))
  const since = performance.now()
  const row = await until('the slice is open and at rest', promisedMs, () =>
    openSlice(context, request),
  )
  return { owner: row.owner, openAfterMs: Math.round(performance.now() - since) }
}

/** Who owns the slice once it is at rest again, however long that takes. */
export async function ownerAtRest({ control }: MatrixContext): Promise<Side> {
  const row = await until('the slice is at rest', comesBackMs, async () => {
    const now = await readSlice(control, slice)
    return now?.phase === 'idle' && now
  })
  return row.owner
}

/** Switches without a death. */
export async function switchOver({ control }: MatrixContext, to: Side): Promise<void> {
  await until(`the slice is on the ${to} side`, patienceMs, async () => {
    const { id } = await askToSwitch(control, to)
    for (;;) {
      const now = await readRequest(control, id)
      if (now?.result) return now.state === 'done'
      await delay(10)
    }
  })
}

export function isRunning({ parts: { supervisor } }: System, part: PartName): boolean {
  const running = supervisor.running(part)
  return running !== undefined && running.process.exitCode === null
}

async function kill({ parts: { supervisor } }: System, part: PartName): Promise<void> {
  const { process: victim } = supervisor.running(part)!
  const gone = new Promise((resolve) => victim.once('exit', resolve))
  victim.kill('SIGKILL')
  await gone
  // The keeper takes note of it before anything else happens.
  await until(`${part} is gone`, 1000, async () => supervisor.running(part)?.process !== victim)
}

/** Asks for the switch until it is not refused, and waits until it pauses before the step. */
async function reach({ control }: MatrixContext, { step, to }: Cell): Promise<Request> {
  return until(`the switch is before "${step}"`, patienceMs, async () => {
    const request = await askToSwitch(control, to, { before: step, ms: 7000 })
    for (;;) {
      const now = await readRequest(control, request.id)
      if (now?.result) {
        if (now.state === 'refused') {
          await certify(control)
          throw new Error(JSON.stringify(now.result))
        }
        throw new Error(`the switch ended before "${step}": ${JSON.stringify(now.result)}`)
      }
      if (now?.progress.step === step) return request
      await delay(10)
    }
  })
}

/** A worker that has just started has to verify before it switches; this is what the refusal says to do. */
async function certify(control: pg.Pool): Promise<void> {
  const wanted = { kind: 'verify', slices: [slice], arguments: {} } as const
  const { id } = await ask(control, { ...wanted, requestedBy: 'the matrix' })
  while (!(await readRequest(control, id))?.result) await delay(10)
}

/** The slice's row once its owner is open, nobody else is, and the request has ended. */
async function openSlice(
  { system, control, applications, client }: MatrixContext,
  { id }: Request,
): Promise<SliceRow | undefined> {
  const row = await readSlice(control, slice)
  if (row?.phase !== 'idle' || !(await readRequest(control, id))?.result) return undefined
  const { status } = await client.call('POST /api/owners', { json: { fullName: 'A probe' } })
  if (status !== 201) return undefined
  const fences = {
    legacy: await isFenced(system.legacy),
    extracted: await isFenced(system.patient),
  }
  const takes = {
    legacy: await takesWrites(applications.legacy, 'owners'),
    extracted: await takesWrites(applications.extracted, 'guardians'),
  }
  for (const side of ['legacy', 'extracted'] as const) {
    const isOwner = row.owner === side
    if (takes[side] === isOwner && fences[side] !== isOwner) continue
    const seen = JSON.stringify({ owner: row.owner, fences, takes })
    throw new WrongSide(`the slice is not open on its owner's side alone: ${seen}`)
  }
  return row
}

async function isFenced(database: pg.Pool): Promise<boolean> {
  const sql = 'select fenced from strangler.fence where slice = $1'
  const { rows } = await database.query<{ fenced: boolean }>(sql, [slice])
  return rows[0]!.fenced
}

/** A fence refuses a statement whether it would have met a row or not. */
async function takesWrites(database: pg.Pool, table: string): Promise<boolean> {
  try {
    await database.query(`update ${table} set phone = phone where false`)
    return true
  } catch (error) {
    if ((error as pg.DatabaseError).code === 'SF001') return false
    throw error
  }
}

/** Nothing that passes: no wait makes it right. */
class WrongSide extends Error {
  override readonly name = 'WrongSide'
}

/** Tries again until there is an answer; what fails because something is down is tried again, too. */
async function until<Answer>(
  what: string,
  withinMs: number,
  attempt: () => Promise<Answer | undefined | false>,
): Promise<Answer> {
  const end = performance.now() + withinMs
  let last: unknown
  for (;;) {
    try {
      const answer = await attempt()
      if (answer !== undefined && answer !== false) return answer
    } catch (error) {
      if (error instanceof WrongSide) throw error
      last = error
    }
    if (performance.now() > end) {
      throw new Error(`not within ${withinMs} ms: ${what}`, { cause: last })
    }
    await delay(20)
  }
}
