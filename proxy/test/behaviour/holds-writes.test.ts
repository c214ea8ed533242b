import { expect, test } from 'vitest'
import { ask } from '../harness/client.ts'
import { useHolding } from '../harness/holding.ts'

const holding = useHolding()

test('writes wait while the owner changes, reads do not, and the new owner gets every one', async () => {
  await holding.hold()
  const before = holding.stand.legacy.begun() + holding.stand.patient.begun()
  const writes = Array.from({ length: 20 }, (_, index) => holding.write(`pet ${index}`))
  await holding.untilHeld(20)
  const reading = await ask(holding.proxy.url, {
    path: '/api/pets',
    headers: { 'x-user': 'a reader' },
  })
  expect(reading.json.by).toBe('legacy')
  expect(holding.stand.legacy.begun() + holding.stand.patient.begun()).toBe(before + 1)
  await holding.stand.finishSwitch('patients')
  for (const answer of await Promise.all(writes)) {
    expect(answer.status).toBe(200)
    expect(answer.json.by).toBe('patient')
  }
  const bodies = holding.stand.patient.received.map(({ body }) => body.toString())
  expect(bodies.toSorted()).toEqual(
    Array.from({ length: 20 }, (_, index) => `pet ${index}`).toSorted(),
  )
})

test('a switch that is undone gives held writes back to the owner', async () => {
  await holding.hold()
  const writing = holding.write()
  await holding.untilHeld(1)
  await holding.stand.undoSwitch('patients')
  expect((await writing).json.by).toBe('legacy')
})

test('a hold of one slice is none of another', async () => {
  await holding.hold('patients')
  expect((await holding.write('', { path: '/api/visits' })).json.by).toBe('legacy')
  await holding.stand.undoSwitch('patients')
})

test('a write to two slices waits for either, and goes where its own slice goes', async () => {
  await holding.hold('patients')
  const writing = holding.write('', { path: '/api/pets/7/visits' })
  await holding.untilHeld(1, 'visits')
  await holding.stand.finishSwitch('patients')
  expect((await writing).json.by).toBe('legacy')
})

test('a POST that the plan says only reads is not held', async () => {
  await holding.hold()
  expect((await holding.write('', { path: '/api/pets/search' })).status).toBe(200)
  await holding.stand.undoSwitch('patients')
})
