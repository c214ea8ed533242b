import { useGet } from '../api/context.tsx'
import type { Revenue, RevenueMonth } from '../api/reports.ts'
import { useToday } from '../app/clinic.tsx'
import { money } from '../patients/words.ts'
import { dayInWords } from '../time/days.ts'
import { type ChartColumn, Columns, type Series } from '../ui/charts/columns.tsx'
import { Page } from '../ui/page.tsx'
import { PeriodFilter, usePeriod } from '../ui/period.tsx'
import { Empty, Loaded } from '../ui/states.tsx'
import { type Column, Table } from '../ui/table.tsx'

const lengths = [
  { days: 90, text: '90 days' },
  { days: 182, text: 'Half a year' },
  { days: 365, text: 'A year' },
] as const

const series: readonly Series[] = [
  { name: 'Services', tone: 'brand' },
  { name: 'Treatments', tone: 'marigold' },
]

export function RevenuePage() {
  const period = usePeriod(useToday(), lengths[1].days)
  const revenue = useGet<Revenue>('/reports/revenue', { from: period.from, to: period.to })
  return (
    <Page title="Revenue" subtitle="Of completed visits, services by today’s prices.">
      <PeriodFilter period={period} lengths={lengths} />
      <Loaded what="revenue" from={revenue} lines={8}>
        {({ months, total }) =>
          months.length === 0 ? (
            <Empty icon="chart" title="No visits in these days" />
          ) : (
            <div className="stack">
              <section className="card">
                <Columns
                  title={`${money(total)} in all`}
                  series={series}
                  columns={months.map(columnOf)}
                  say={(amount) => Math.round(amount).toLocaleString('en-GB')}
                />
              </section>
              <Table label="Revenue" columns={columns} rows={months} keyOf={({ month }) => month} />
            </div>
          )
        }
      </Loaded>
    </Page>
  )
}

const monthName = (month: string) => dayInWords(`${month}-01`, { month: 'long', year: 'numeric' })

function columnOf({ month, services, treatments }: RevenueMonth): ChartColumn {
  return {
    key: month,
    label: dayInWords(`${month}-01`, { month: 'short' }),
    name: monthName(month),
    amounts: [Number(services), Number(treatments)],
  }
}

const amount = (
  title: string,
  of: 'services' | 'treatments' | 'total',
  place?: 'side',
): Column<RevenueMonth> => ({
  title,
  isNumber: true,
  isShort: true,
  isNamed: place === undefined,
  ...(place && { place }),
  cell: (row) => (of === 'total' ? <b>{money(row[of])}</b> : money(row[of])),
})

const columns: readonly Column<RevenueMonth>[] = [
  { title: 'Month', place: 'main', cell: ({ month }) => <b>{monthName(month)}</b> },
  { title: 'Visits', isNumber: true, isNamed: true, cell: ({ visits }) => visits },
  amount('Services', 'services'),
  amount('Treatments', 'treatments'),
  amount('Total', 'total', 'side'),
]
