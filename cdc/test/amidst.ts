import type { Request } from '@strangler/core'
import { expect } from 'vitest'
import { patience, type Stand } from './stand.ts'

/** Does something while a switch waits to hold writes, and resolves to how the switch ended. */
export async function amidstSwitch(
  { request, control }: Stand,
  work: () => Promise<unknown>,
): Promise<Request> {
  const answered = request('switch', { to: 'extracted', pause: { before: 'hold', ms: 20_000 } })
  await expect
    .poll(async () => {
      const { rows } = await control.query<{ step: string }>(
        "select progress ->> 'step' as step from request order by id desc limit 1",
      )
      return rows[0]!.step
    }, patience)
    .toBe('hold')
  await work()
  await control.query("update request set arguments = arguments - 'pause'")
  return answered
}
