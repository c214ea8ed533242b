import type { ReactNode } from 'react'

export interface Column<Row> {
  readonly title: string
  /** Narrow screens show a row as a card; these say where on it a cell goes. */
  readonly place?: 'main' | 'side' | 'hidden'
  /** Dates and amounts stay on one line. */
  readonly isShort?: boolean
  /** Narrow screens, which have no headings, say the title before the cell. */
  readonly isNamed?: boolean
  /** Amounts end below each other. */
  readonly isNumber?: boolean
  readonly cell: (row: Row) => ReactNode
}

interface TableProps<Row> {
  readonly label: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string | number
}

/**
 * A table whose rows become cards where there is little room. The roles are spelt out because browsers forget
 * them of tables that are laid out as something else.
 */
export function Table<Row>({ label, columns, rows, keyOf }: TableProps<Row>) {
  return (
    <div className="table-frame">
      <table className="table" role="table" aria-label={label}>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => (
              <th key={column.title} role="columnheader" scope="col" className={classOf(column)}>
                {column.title || <span className="unseen">Actions</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr role="row" key={keyOf(row)}>
              {columns.map((column) => (
                <td
                  key={column.title}
                  role="cell"
                  className={classOf(column)}
                  data-title={column.title}
                >
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const classOf = ({ place, isShort, isNumber, isNamed }: Column<never>) =>
  [place && `at-${place}`, isShort && 'short', isNumber && 'number', isNamed && 'named']
    .filter(Boolean)
    .join(' ')

/** In a cell without anything; narrow screens leave it out. */
export function None(): ReactNode {
  return <span className="none">–</span>
}
