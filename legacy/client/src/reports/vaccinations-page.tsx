import { useGet } from '../api/context.tsx'
import type { VaccineDue } from '../api/reports.ts'
import { useToday } from '../app/clinic.tsx'
import { addDays, dayInWords, isIsoDay, shortDay } from '../time/days.ts'
import { type Bar, BarList } from '../ui/charts/bar-list.tsx'
import { Page } from '../ui/page.tsx'
import { Empty, Loaded } from '../ui/states.tsx'
import { type Column, None, Table } from '../ui/table.tsx'
import { useListParams } from '../ui/use-list-params.ts'

export function VaccinationsPage() {
  const today = useToday()
  const { text, change } = useListParams()
  const until = isIsoDay(text('until')) ? text('until') : addDays(today, 30)
  const due = useGet<{ vaccines: readonly VaccineDue[] }>('/reports/vaccinations-due', { until })
  return (
    <Page title="Vaccinations due" subtitle="How many of each, by the day they are due.">
      <div className="filters">
        <label className="filter-row period-filter">
          Up to
          <input
            className="input"
            type="date"
            value={until}
            onChange={({ target }) => isIsoDay(target.value) && change({ until: target.value })}
          />
        </label>
      </div>
      <Loaded what="vaccinations" from={due} lines={6}>
        {({ vaccines }) =>
          vaccines.length === 0 ? (
            <Empty icon="syringe" title="None is due until then" />
          ) : (
            <div className="stack">
              <section className="card" aria-label="By vaccine">
                <BarList bars={vaccines.map(barOf)} />
              </section>
              <Table
                label="Vaccinations due"
                columns={columns}
                rows={vaccines}
                keyOf={({ vaccine }) => vaccine}
              />
            </div>
          )
        }
      </Loaded>
    </Page>
  )
}

function barOf({ vaccine, due, overdue }: VaccineDue): Bar {
  const late = overdue === 0 ? '' : `, ${overdue} overdue`
  return { name: vaccine, amount: due + overdue, text: `${due + overdue}${late}` }
}

const columns: readonly Column<VaccineDue>[] = [
  { title: 'Vaccine', place: 'main', cell: ({ vaccine }) => <b>{vaccine}</b> },
  { title: 'Due', isNumber: true, isNamed: true, cell: ({ due }) => due },
  { title: 'Overdue', isNumber: true, isNamed: true, cell: ({ overdue }) => overdue },
  {
    title: 'The oldest since',
    isShort: true,
    isNamed: true,
    cell: ({ oldest }) => (oldest ? dayInWords(oldest, shortDay) : <None />),
  },
]
