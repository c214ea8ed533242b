import { expect, test } from 'vitest'
import type { TableChange } from '../../src/apply/batch.ts'
import type { Executor } from '../../src/apply/execute.ts'
import { CdcError } from '../../src/errors.ts'
import { type Parks, parksNothing } from '../../src/letters/parking.ts'
import { settle } from '../../src/letters/settle.ts'
import { translationOf } from '../translations.ts'

const pets = translationOf('pets', ['id'])
const refusal = new CdcError('CANNOT_APPLY', 'it is refused')

function put(id: number): TableChange {
  return { kind: 'put', table: pets, row: [String(id)] }
}

function idOf(change: TableChange): string {
  if (change.kind === 'delete') throw new Error('there are none')
  return String(change.row[0])
}

interface Outcome {
  readonly applied: string[]
  readonly parked: string[]
  readonly statements: number
}

/** Carries changes out in a database that refuses some. */
async function outcome(ids: readonly number[], bad: ReadonlySet<number>): Promise<Outcome> {
  let applied: string[] = []
  let saved: string[] = []
  let statements = 0
  const parked: string[] = []
  const executor: Pick<Executor, 'query'> = {
    query: async (sql: string) => {
      if (sql.startsWith('rollback')) applied = [...saved]
      else if (!sql.startsWith('release savepoint letter;') && sql.startsWith('release')) saved = []
      else saved = [...applied]
      return undefined as never
    },
  }
  const parks: Parks = {
    ...parksNothing,
    refuse: (change) => void parked.push(idOf(change)),
    stop: (what) => {
      throw new CdcError('TOO_MANY_REFUSED', what)
    },
  }
  await settle(executor as Executor, parks, ids.map(put), async (some) => {
    statements += 1
    for (const change of some) {
      const id = idOf(change)
      if (bad.has(Number(id))) throw refusal
      applied.push(id)
    }
  })
  return { applied, parked, statements }
}

const upTo = (count: number) => Array.from({ length: count }, (_, at) => at)

test('what is refused is parked, and all else is applied once and in order', async () => {
  const bad = new Set([0, 3, 4, 17, 99])
  const { applied, parked } = await outcome(upTo(100), bad)
  expect(parked.map(Number)).toEqual([...bad])
  expect(applied.map(Number)).toEqual(upTo(100).filter((id) => !bad.has(id)))
})

test('one among a thousand costs some twenty statements more', async () => {
  const { statements } = await outcome(upTo(1000), new Set([633]))
  expect(statements).toBeLessThan(25)
})

test('when most of a hundred or more are refused none of them is a matter of its own', async () => {
  await expect(outcome(upTo(100), new Set(upTo(51)))).rejects.toMatchObject({
    code: 'TOO_MANY_REFUSED',
  })
  expect((await outcome(upTo(100), new Set(upTo(50)))).parked).toHaveLength(50)
  expect((await outcome(upTo(99), new Set(upTo(99)))).parked).toHaveLength(99)
})
