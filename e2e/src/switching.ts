import { ask, type Request, type Side } from '@strangler/core'
import type pg from 'pg'
import type { System } from './system.ts'

/** Where a switch waits, and for how long at most, in milliseconds. */
export interface Pause {
  readonly before: string
  readonly ms: number
}

/** Asks for a switch of the patients as the command line does, which would wait until it has ended. */
export function askToSwitch(control: pg.Pool, to: Side, pause?: Pause): Promise<Request> {
  const wanted = { kind: 'switch', slices: ['patients'], requestedBy: 'a test' } as const
  return ask(control, { ...wanted, arguments: { to, ...(pause && { pause }) } })
}

export async function endPause(control: pg.Pool, { id }: Request): Promise<void> {
  await control.query("update request set arguments = arguments - 'pause' where id = $1", [id])
}

/** What the proxy says of the patients: how many writes it holds, and how many are under way. */
export async function inProxy({
  parts: { adminUrl, kept },
}: System): Promise<{ held: number; inFlight: number; view: object }> {
  const headers = { authorization: `Bearer ${kept.adminToken}` }
  const answer = await fetch(`${adminUrl}/admin/state`, { headers })
  return ((await answer.json()) as { slices: { patients: never } }).slices.patients
}
