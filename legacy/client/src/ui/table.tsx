import type { ReactNode } from 'react'

export interface Column<Row> {
  readonly title: string
  /** Narrow screens show a row as a card; these say where on it a cell goes. */
  readonly place?: 'main' | 'side' | 'hidden'
  /** Dates and amounts stay on one line. */
  readonly isShort?: boolean
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
            {columns.map(({ title, place }) => (
              <th key={title} role="columnheader" scope="col" className={place && `at-${place}`}>
                {title || <span className="unseen">Actions</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr role="row" key={keyOf(row)}>
              {columns.map(({ title, place, isShort, cell }) => (
                <td
                  key={title}
                  role="cell"
                  className={`${place ? `at-${place}` : ''} ${isShort ? 'short' : ''}`}
                  data-title={title}
                >
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
