import { displayName, type TableName } from '@strangler/core'
import type { TableChange } from '../apply/batch.ts'
import type { Relation, RowChange } from '../log/log.ts'
import { logGone } from '../log/slot.ts'
import type { Translation } from '../translate/translation.ts'
import { bind } from './bind.ts'

type Truncate = Extract<RowChange, { kind: 'truncate' }>

/** Which of its slice's tables a stream's log speaks of. */
export class SourceTables {
  readonly #slice: string
  readonly #tables: ReadonlyMap<string, Translation>
  /** Null for a table of the toolkit's own. A log says anew what a relation is when it has changed. */
  readonly #binders = new WeakMap<Relation, ReturnType<typeof bind> | null>()

  constructor(slice: string, translations: readonly Translation[]) {
    this.#slice = slice
    this.#tables = new Map(translations.map((table) => [displayName(table.source), table]))
  }

  /**
   * Undefined for a row of the toolkit's own, or one that is not to travel.
   *
   * @throws CdcError LOG_GONE as {@link truncatedBy}, COLUMN_GONE as {@link bind}.
   */
  changeOf(entry: Exclude<RowChange, Truncate>, xid: number | undefined): TableChange | undefined {
    const { relation } = entry
    let binder = this.#binders.get(relation)
    if (binder === undefined) {
      const table = this.#find(relation.name)
      binder = table ? bind(table, relation) : null
      this.#binders.set(relation, binder)
    }
    return binder?.(entry, xid)
  }

  /** @throws CdcError LOG_GONE for a table that the slice does not have: one of its own was written by another name. */
  truncatedBy({ relations }: Truncate): Translation[] {
    return relations.flatMap(({ name }) => this.#find(name) ?? [])
  }

  #find(name: TableName): Translation | undefined {
    const table = this.#tables.get(displayName(name))
    if (table || name.schema === 'strangler') return table
    throw logGone(
      { slice: this.#slice },
      `it has changes of ${displayName(name)}, which the plan does not map: a table was renamed and written meanwhile, or added to its publication`,
    )
  }
}
