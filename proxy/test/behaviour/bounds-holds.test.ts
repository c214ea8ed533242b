import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunningProxy } from '../../src/proxy.ts'
import { ask } from '../harness/client.ts'
import { useHolding } from '../harness/holding.ts'

const holding = useHolding()

describe('a hold that does not end', () => {
  let people = 0
  let impatient: RunningProxy

  beforeAll(async () => {
    impatient = await holding.stand.start({ settings: { HOLD_MS: '1500', MAX_HELD: '3' } })
  })
  afterAll(() => impatient[Symbol.asyncDispose]())

  const writeThere = () =>
    ask(impatient.url, {
      method: 'POST',
      path: '/api/pets',
      headers: { 'x-user': `p ${++people}` },
    })

  test('answers 503 with Retry-After when a write has waited long enough', async () => {
    await holding.hold()
    const since = performance.now()
    const answer = await writeThere()
    expect(answer.status).toBe(503)
    expect(answer.headers['retry-after']).toBe('1')
    expect(answer.json).toEqual({ error: expect.stringContaining('"patients"') })
    expect(performance.now() - since).toBeGreaterThan(1490)
    await holding.stand.undoSwitch('patients')
    expect(holding.stand.legacy.received).toEqual([])
  })

  test('answers 503 at once to more than may be held', async () => {
    await holding.hold()
    const held = Array.from({ length: 3 }, writeThere)
    await holding.untilHeld(3, 'patients', impatient)
    const since = performance.now()
    const answer = await writeThere()
    expect(answer.status).toBe(503)
    expect(answer.headers['retry-after']).toBe('1')
    expect(performance.now() - since).toBeLessThan(1000)
    await Promise.all(held)
    await holding.stand.undoSwitch('patients')
  })
})
