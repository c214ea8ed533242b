import { type CSSProperties, useId, useState } from 'react'
import { Button } from '../button.tsx'
import { scaleFor } from './scale.ts'

export interface Series {
  readonly name: string
  readonly tone: 'brand' | 'marigold' | 'grey' | 'blue'
}

export interface ChartColumn {
  readonly key: string
  /** Below the column. */
  readonly label: string
  /** In words, for the table and for the pointer. */
  readonly name: string
  /** One for each series, from the bottom up. */
  readonly amounts: readonly number[]
}

interface ColumnsProps {
  readonly title: string
  readonly series: readonly Series[]
  readonly columns: readonly ChartColumn[]
  /** An amount as it is read. */
  readonly say: (amount: number) => string
}

/**
 * Stacked columns, drawn with the page's own boxes, so that its words keep their size at every width. Whoever does not
 * look at it, or wants the numbers, turns it into a table.
 */
export function Columns({ title, series, columns, say }: ColumnsProps) {
  const [isTable, setTable] = useState(false)
  const id = useId()
  return (
    <figure className="chart" aria-labelledby={id}>
      <figcaption className="card-head">
        <h2 id={id}>{title}</h2>
        <Button
          size="small"
          look="quiet"
          aria-pressed={isTable}
          aria-label={`${title} as a table`}
          onClick={() => setTable(!isTable)}
        >
          {isTable ? 'As a chart' : 'As a table'}
        </Button>
      </figcaption>
      {isTable ? (
        <NumberTable {...{ title, series, columns, say }} />
      ) : (
        <Drawing {...{ title, series, columns, say }} />
      )}
    </figure>
  )
}

const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0)

function Drawing({ title, series, columns, say }: ColumnsProps) {
  const { top, lines } = scaleFor(Math.max(0, ...columns.map(({ amounts }) => sum(amounts))))
  const total = sum(columns.flatMap(({ amounts }) => amounts))
  return (
    <>
      <div
        className="plot"
        role="img"
        aria-label={`${title}: ${say(total)} in all. The table has the numbers.`}
      >
        {lines.map((line) => (
          <span key={line} className="plot-line" style={{ '--share': line / top } as CSSProperties}>
            <small>{say(line)}</small>
          </span>
        ))}
        <div className="plot-columns">
          {columns.map(({ key, label, name, amounts }) => (
            <div key={key} className="plot-column" title={`${name}: ${say(sum(amounts))}`}>
              <div className="plot-stack">
                {amounts.map((amount, index) => (
                  <span
                    key={series[index]!.name}
                    className={`plot-bar is-${series[index]!.tone}`}
                    style={{ '--share': amount / top } as CSSProperties}
                  />
                ))}
              </div>
              <small>{label}</small>
            </div>
          ))}
        </div>
      </div>
      {series.length > 1 && (
        <ul className="chart-key">
          {series.map(({ name, tone }) => (
            <li key={name}>
              <span className={`plot-bar is-${tone}`} /> {name}
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

function NumberTable({ title, series, columns, say }: ColumnsProps) {
  return (
    <div className="chart-table">
      <table aria-label={title}>
        <thead>
          <tr>
            <th scope="col">
              <span className="unseen">What</span>
            </th>
            {series.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {columns.map(({ key, name, amounts }) => (
            <tr key={key}>
              <th scope="row">{name}</th>
              {series.map(({ name }, index) => (
                <td key={name}>{say(amounts[index] ?? 0)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
