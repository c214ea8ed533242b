import type { DeadLetter } from '@strangler/core'
import { keyText, overlay, type TableChange } from '../apply/batch.ts'
import type { Value } from '../log/log.ts'
import type { Translation } from '../translate/translation.ts'
import { keysOf } from './store.ts'

/** A letter, and the change that it holds. */
export interface Opened {
  readonly letter: DeadLetter
  readonly change: TableChange
}

/** What a letter holds, in terms of the plan as it is now. */
export function changeOf(letter: DeadLetter, table: Translation): TableChange {
  const { kind, key, xid } = letter
  const common = { table, xid: xid ?? undefined }
  if (kind === 'delete') return { ...common, kind, key }
  const row = table.inputs.map(({ name }): Value => letter.row?.[name])
  return kind === 'put' ? { ...common, kind, row } : { ...common, kind, oldKey: key, row }
}

/** Letters that are about the same row, whatever its key was, belong together. In the order of their first ones. */
export function chainsOf(opened: readonly Opened[]): Opened[][] {
  const parents = new Map<string, string>()
  const find = (text: string): string => {
    let root = text
    for (let next; (next = parents.get(root)) !== undefined;) root = next
    return root
  }
  const texts = ({ letter, change }: Opened) =>
    keysOf(change).map((key) => `${letter.sourceTable} ${keyText(key)}`)
  for (const each of opened) {
    const [first, second] = texts(each).map(find)
    if (second !== undefined && first !== second) parents.set(second, first!)
  }
  return [...Map.groupBy(opened, (each) => find(texts(each)[0]!)).values()]
}

interface Lineage {
  /** The key that the row has in the target; null for one that is new since. */
  readonly origin: readonly string[] | null
  readonly row: readonly Value[]
}

/**
 * What changes come to for the rows that they are about, without the states between: first deletes, then each
 * row as it is at the end.
 */
export function collapse(changes: readonly TableChange[]): TableChange[] {
  const removed: TableChange[] = []
  const rows = new Map<string, Lineage>()
  for (const change of changes) {
    const { table } = change
    const [from, to] = keysOf(change) as [readonly string[], readonly string[] | undefined]
    const known = rows.get(keyText(from))
    rows.delete(keyText(from))
    const origin = known ? known.origin : from
    if (change.kind === 'delete') {
      if (origin) removed.push({ kind: 'delete', table, key: origin })
      // Whatever gets this key next is another row.
      rows.set(keyText(from), { origin: null, row: [] })
      continue
    }
    rows.set(keyText(to ?? from), { origin, row: overlay(known?.row, change.row) })
    if (to) rows.set(keyText(from), { origin: null, row: [] })
  }
  const [first] = changes
  const ends = [...rows.values()]
    .filter(({ row }) => row.length > 0)
    .map((lineage) => endOf(first!.table, lineage))
  const moves = ends.filter((end) => end.kind === 'rekey')
  return [...removed, ...inTurn(moves), ...ends.filter((end) => end.kind !== 'rekey')]
}

type Move = Extract<TableChange, { kind: 'rekey' }>

/** Each row moves to its new key when that is free. Rows that exchange their keys come last: they cannot. */
function inTurn(moves: readonly Move[]): Move[] {
  const turn: Move[] = []
  let left = [...moves]
  for (let before = Infinity; left.length > 0 && left.length < before;) {
    before = left.length
    const taken = new Set(left.map(({ oldKey }) => keyText(oldKey)))
    turn.push(...left.filter((move) => !taken.has(keyText(keysOf(move)[1]!))))
    left = left.filter((move) => taken.has(keyText(keysOf(move)[1]!)))
  }
  return [...turn, ...left]
}

function endOf(table: Translation, { origin, row }: Lineage): TableChange {
  const key = row.slice(0, table.keyLength) as string[]
  if (!origin || keyText(origin) === keyText(key)) return { kind: 'put', table, row }
  return { kind: 'rekey', table, oldKey: origin, row }
}
