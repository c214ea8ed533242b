import { expect, test } from 'vitest'
import { daily } from '../../src/jobs/schedule.ts'

const justBefore = () => new Date('2024-05-31T02:29:59.995Z')

test('the job runs at its time, and again the next day, also after it failed', async () => {
  await new Promise<void>((resolve) => {
    let runs = 0
    const stop = daily('02:30', justBefore, async () => {
      runs += 1
      if (runs === 1) throw new Error('the first night fails')
      stop()
      expect(runs).toBe(2)
      resolve()
    })
  })
})
