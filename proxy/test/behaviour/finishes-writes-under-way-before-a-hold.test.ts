import { describe, expect, test } from 'vitest'
import { type Answered, ask } from '../harness/client.ts'
import { useHolding } from '../harness/holding.ts'
import { soon } from '../harness/soon.ts'
import { readAll } from '../harness/upstream.ts'

const holding = useHolding()

describe('a write under way when a hold begins', () => {
  /** Has a write that the monolith answers when it is told to. */
  async function underWay(): Promise<{ admission: string; end(): Promise<Answered> }> {
    const arrived = Promise.withResolvers<string>()
    const mayEnd = Promise.withResolvers<void>()
    holding.stand.legacy.answer(async (req, res) => {
      holding.stand.legacy.answer()
      arrived.resolve(String(req.headers['strangler-admission']))
      await readAll(req)
      await mayEnd.promise
      res.end('{"by":"legacy"}')
    })
    const writing = holding.write('slow')
    const admission = await arrived.promise
    return {
      admission,
      end() {
        mayEnd.resolve()
        return writing
      },
    }
  }

  test('ends before the hold is acknowledged', async () => {
    const slow = await underWay()
    const epoch = await holding.announce()
    const held = holding.write('later')
    await holding.untilHeld(1)
    expect(await holding.stand.isAcknowledged('patients', epoch)).toBe(false)
    expect((await slow.end()).status).toBe(200)
    await expect.poll(() => holding.stand.isAcknowledged('patients', epoch), soon).toBe(true)
    await holding.stand.finishSwitch('patients')
    expect((await held).json.by).toBe('patient')
  })

  test('is counted until its answer has ended, though its client has gone', async () => {
    const mayEnd = Promise.withResolvers<void>()
    const ended = Promise.withResolvers<boolean>()
    const arrived = Promise.withResolvers<void>()
    holding.stand.legacy.answer(async (req, res) => {
      await readAll(req)
      arrived.resolve()
      req.socket.once('close', () => ended.resolve(false))
      await mayEnd.promise
      res.end('done', () => ended.resolve(true))
    })
    const leaving = new AbortController()
    const headers = { 'x-user': 'leaving in the middle' }
    const asked = { method: 'POST', path: '/api/pets', body: 'x', headers, signal: leaving.signal }
    const writing = ask(holding.proxy.url, asked)
    await arrived.promise
    leaving.abort()
    await expect(writing).rejects.toMatchObject({ name: 'AbortError' })
    const epoch = await holding.announce()
    const later = holding.write('later')
    await holding.untilHeld(1)
    expect(await holding.stand.isAcknowledged('patients', epoch)).toBe(false)
    mayEnd.resolve()
    expect(await ended.promise).toBe(true)
    await expect.poll(() => holding.stand.isAcknowledged('patients', epoch), soon).toBe(true)
    await holding.stand.undoSwitch('patients')
    await later
  })

  test('lets the writes pass that it makes through the proxy itself', async () => {
    const slow = await underWay()
    await holding.announce()
    const inner = await holding.write('inner', {
      headers: { 'strangler-admission': slow.admission },
    })
    expect(inner.json.by).toBe('legacy')
    await slow.end()
    await holding.stand.undoSwitch('patients')
  })

  test.each([
    ['that is forged', (real: string) => real.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))],
    ['for another slice', (real: string) => real.replace('patients', 'visits')],
    ['with a later end', (real: string) => real.replace(/\.(\d+)\.(\d+)\./, '.$1.9$2.')],
    ['that is empty', () => ''],
    ['that is nonsense', () => '...'],
  ])('lets nobody pass with an admission %s', async (_, forge) => {
    const slow = await underWay()
    await holding.announce()
    const inner = holding.write('inner', {
      headers: { 'strangler-admission': forge(slow.admission) },
    })
    await holding.untilHeld(1)
    expect(holding.stand.legacy.received).toEqual([])
    await slow.end()
    await holding.stand.undoSwitch('patients')
    await inner
  })

  test('gives no pass to anybody once it has ended', async () => {
    const slow = await underWay()
    await slow.end()
    await holding.hold()
    const inner = holding.write('inner', { headers: { 'strangler-admission': slow.admission } })
    await holding.untilHeld(1)
    expect(holding.stand.legacy.received).toEqual([])
    await holding.stand.undoSwitch('patients')
    await inner
  })
})
