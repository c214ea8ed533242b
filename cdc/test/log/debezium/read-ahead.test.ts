import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readAhead, type Sized } from '../../../src/log/debezium/read-ahead.ts'

const pieces = fc.array(
  fc.record({ items: fc.array(fc.nat(), { minLength: 1, maxLength: 5 }), bytes: fc.nat(50) }),
)

test('whatever is read arrives once and in its order, however far ahead it may be read', async () => {
  await fc.assert(
    fc.asyncProperty(pieces, fc.integer({ min: 1, max: 100 }), async (all, mostBytes) => {
      const arrived: number[] = []
      for await (const items of readAhead(each(all), mostBytes)) {
        arrived.push(...items)
        await turn()
      }
      expect(arrived).toEqual(all.flatMap(({ items }) => items))
    }),
  )
})

test('no more is read ahead than may wait', async () => {
  let read = 0
  async function* endless(): AsyncGenerator<Sized<number>> {
    for (;;) yield { items: [read++], bytes: 10 }
  }
  const ahead = readAhead(endless(), 30)
  expect((await ahead.next()).value).toContain(0)
  for (let turns = 0; turns < 50; turns++) await turn()
  expect(read).toBeLessThanOrEqual(8)
  await ahead.return(undefined)
})

test('a failure comes after all that was read before it', async () => {
  async function* failing(): AsyncGenerator<Sized<number>> {
    yield { items: [1], bytes: 1 }
    yield { items: [2, 3], bytes: 1 }
    throw new Error('the topic is gone')
  }
  const arrived: number[] = []
  const reading = (async () => {
    for await (const items of readAhead(failing(), 100)) {
      arrived.push(...items)
      for (let turns = 0; turns < 5; turns++) await turn()
    }
  })()
  await expect(reading).rejects.toThrow('the topic is gone')
  expect(arrived).toEqual([1, 2, 3])
})

async function* each(all: readonly Sized<number>[]): AsyncGenerator<Sized<number>> {
  yield* all
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
