import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Batch, keyText, type TableChange } from '../../src/apply/batch.ts'
import type { Executor } from '../../src/apply/execute.ts'
import { Work } from '../../src/apply/work.ts'
import type { Value } from '../../src/log/log.ts'
import { translationOf } from '../translations.ts'

const pets = translationOf('pets', ['id', 'chip', 'name'])

type Change = Exclude<TableChange, { kind: 'rekey' }>

class Collision extends Error {}

/** A table whose second column is unique, at every moment. */
class Table {
  readonly rows = new Map<string, readonly Value[]>()
  statements = 0

  put(row: readonly Value[]): void {
    const key = String(row[0])
    const whole = row.map((value, at) => (value === undefined ? this.rows.get(key)![at] : value))
    const chip = whole[1]
    for (const [other, held] of this.rows) {
      if (other !== key && chip !== null && held[1] === chip) throw new Collision()
    }
    this.rows.set(key, whole)
  }

  /** Does as the executor does with a batch: deletes, whole rows, then parts of rows. */
  batch(batch: Batch): void {
    for (const { rows } of batch.tables()) {
      this.statements += 1
      const all = [...rows.values()]
      for (const { removed, key } of all) if (removed) this.rows.delete(keyText(key))
      for (const { row, whole } of all) if (row && whole) this.put(row)
      for (const { row, whole } of all) if (row && !whole) this.put(row)
    }
  }

  one(change: TableChange): void {
    this.statements += 1
    if (change.kind === 'delete') this.rows.delete(keyText(change.key))
    else this.put(change.row)
  }

  get executor(): Executor {
    const executor: Pick<Executor, 'batch' | 'one'> = {
      batch: async (batch) => this.batch(batch),
      one: async (change) => this.one(change),
    }
    return executor as Executor
  }
}

const put = (id: string, chip: Value, name?: Value): Change => ({
  kind: 'put',
  table: pets,
  row: [id, chip, name],
})

const changes = fc.array(
  fc.oneof(
    fc
      .record({
        id: fc.constantFrom('1', '2', '3', '4'),
        chip: fc.constantFrom(null, 'a', 'b', 'c'),
        name: fc.option(fc.constantFrom('Rex', 'Ada'), { nil: undefined }),
      })
      .map(({ id, chip, name }) => put(id, chip, name)),
    fc
      .constantFrom('1', '2', '3', '4')
      .map((id): Change => ({ kind: 'delete', table: pets, key: [id] })),
  ),
  { minLength: 10, maxLength: 40, size: 'max' },
)

/** What of them a database accepts, one after the other: that is what its log holds. */
function accepted(wanted: readonly Change[]): { log: Change[]; source: Table } {
  const source = new Table()
  const log = wanted.filter((change) => {
    const isPart = change.kind === 'put' && change.row.includes(undefined)
    if (isPart && !source.rows.has(String(change.row[0]))) return false
    try {
      source.one(change)
      return true
    } catch {
      return false
    }
  })
  return { log, source }
}

test('what a source accepted is never refused when it is done in runs, and comes to the same rows', async () => {
  await fc.assert(
    fc.asyncProperty(changes, fc.nat(20), async (wanted, before) => {
      const { log, source } = accepted(wanted)
      const target = new Table()
      for (const change of log.slice(0, before)) target.one(change)
      const work = new Work()
      for (const change of log.slice(before)) work.add(change)
      await work.perform(target.executor, 'in runs')
      expect(target.rows).toEqual(source.rows)
    }),
    { numRuns: 1000 },
  )
})

test('a swap of unique values costs a few statements more, not one for each change around it', async () => {
  const work = new Work()
  const target = new Table()
  for (const id of ['1', '2']) target.put([id, `chip ${id}`, 'Rex'])
  for (let id = 3; id < 100; id++) work.add(put(String(id), `chip ${id}`, 'Rex'))
  for (const row of [put('1', null, 'Rex'), put('2', 'chip 1', 'Rex'), put('1', 'chip 2', 'Rex')]) {
    work.add(row)
  }
  for (let id = 100; id < 200; id++) work.add(put(String(id), `chip ${id}`, 'Rex'))
  await work.perform(target.executor, 'in runs')
  expect(target.rows.get('1')).toEqual(['1', 'chip 2', 'Rex'])
  expect(target.statements).toBeLessThan(5)
})
