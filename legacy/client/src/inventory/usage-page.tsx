import { Link } from 'react-router'
import { useGet } from '../api/context.tsx'
import type { Usage } from '../api/inventory.ts'
import { useToday } from '../app/clinic.tsx'
import { money } from '../patients/words.ts'
import { BarList } from '../ui/charts/bar-list.tsx'
import { PeriodFilter, usePeriod } from '../ui/period.tsx'
import { Page } from '../ui/page.tsx'
import { Empty, Loaded } from '../ui/states.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { quantity } from './words.ts'

interface UsageAnswer {
  readonly usage: readonly Usage[]
}

const most = 8

/** What was used and lost of each item in a period. */
export function UsagePage() {
  const period = usePeriod(useToday())
  const usage = useGet<UsageAnswer>('/inventory/usage', { from: period.from, to: period.to })
  return (
    <Page title="Usage" subtitle="What was used, and what it is worth by today’s prices.">
      <PeriodFilter period={period} />
      <Loaded what="usage" from={usage} lines={8}>
        {({ usage }) => <UsageTable rows={usage.filter(isMoved)} />}
      </Loaded>
    </Page>
  )
}

const isMoved = ({ used, lost }: Usage) => Number(used) !== 0 || Number(lost) !== 0

function UsageTable({ rows }: { rows: readonly Usage[] }) {
  if (rows.length === 0) return <Empty icon="box" title="Nothing was used in these days" />
  const top = rows.toSorted((a, b) => Number(b.value) - Number(a.value)).slice(0, most)
  return (
    <div className="stack">
      <section className="card" aria-labelledby="most-used">
        <div className="card-head">
          <h2 id="most-used">Most used, by value</h2>
        </div>
        <BarList
          bars={top.map(({ name, value }) => ({
            name,
            amount: Number(value),
            text: money(value),
          }))}
        />
      </section>
      <Table label="Usage" columns={columns} rows={rows} keyOf={({ itemId }) => itemId} />
    </div>
  )
}

const columns: readonly Column<Usage>[] = [
  {
    title: 'Item',
    place: 'main',
    cell: ({ itemId, name, sku }) => (
      <span className="two-lines">
        <Link to={`/inventory/items/${itemId}`} className="row-link">
          {name}
        </Link>
        <small className="code">{sku}</small>
      </span>
    ),
  },
  {
    title: 'Used',
    isNumber: true,
    isShort: true,
    isNamed: true,
    cell: ({ used, unit }) => `${quantity(used)} ${unit}`,
  },
  {
    title: 'Lost',
    isNumber: true,
    isShort: true,
    isNamed: true,
    cell: ({ lost, unit }) => `${quantity(lost)} ${unit}`,
  },
  { title: 'Value', isNumber: true, isShort: true, place: 'side', cell: (row) => money(row.value) },
]
