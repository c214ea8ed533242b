import { useGet } from '../api/context.tsx'
import type { VetUsage } from '../api/reports.ts'
import { useToday } from '../app/clinic.tsx'
import { quantity } from '../inventory/words.ts'
import { counted } from '../time/days.ts'
import { BarList } from '../ui/charts/bar-list.tsx'
import { Page } from '../ui/page.tsx'
import { PeriodFilter, usePeriod } from '../ui/period.tsx'
import { Empty, Loaded } from '../ui/states.tsx'

const most = 8

/** What each veterinarian did in a period. */
export function WorkPage() {
  const period = usePeriod(useToday())
  const usage = useGet<{ vets: readonly VetUsage[] }>('/reports/usage', {
    from: period.from,
    to: period.to,
  })
  return (
    <Page title="Work by veterinarian" subtitle="Visits, and what was given or done most often.">
      <PeriodFilter period={period} />
      <Loaded what="work" from={usage} lines={8}>
        {({ vets }) =>
          vets.length === 0 ? (
            <Empty icon="chart" title="No visits in these days" />
          ) : (
            <div className="beside">
              {vets.map((vet) => (
                <Vet key={vet.vetId} vet={vet} />
              ))}
            </div>
          )
        }
      </Loaded>
    </Page>
  )
}

function Vet({ vet: { vetId, vetName, visits, treatments } }: { vet: VetUsage }) {
  const bars = treatments
    .toSorted((a, b) => b.times - a.times)
    .slice(0, most)
    .map((one) => ({
      name: one.description,
      amount: one.times,
      text: `${one.times} × (${quantity(one.quantity)})`,
    }))
  return (
    <section className="card" aria-labelledby={`vet-${vetId}`}>
      <div className="card-head">
        <h2 id={`vet-${vetId}`}>{vetName}</h2>
        <span className="subtitle">{counted(visits, 'visit')}</span>
      </div>
      {bars.length === 0 ? <Empty icon="box" title="Nothing was given" /> : <BarList bars={bars} />}
    </section>
  )
}
