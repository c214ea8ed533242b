import { addDays, type IsoDay, isIsoDay } from '../time/days.ts'
import { useListParams } from './use-list-params.ts'

export type Period = ReturnType<typeof usePeriod>

/** From a day to a day, both included, kept in the address; as many as are given up to today unless some were chosen. */
export function usePeriod(today: IsoDay, days = 30) {
  const { text, change } = useListParams()
  const [from, to] = [text('from'), text('to')]
  const last = isIsoDay(to) ? to : today
  const first = isIsoDay(from) ? from : addDays(last, 1 - days)
  return {
    from: first <= last ? first : last,
    to: last,
    today,
    choose: (from: IsoDay, to: IsoDay) => change({ from, to }),
  }
}

interface Length {
  readonly days: number
  readonly text: string
}

const usual: readonly Length[] = [
  { days: 7, text: '7 days' },
  { days: 30, text: '30 days' },
  { days: 90, text: '90 days' },
]

interface PeriodFilterProps {
  readonly period: Period
  readonly lengths?: readonly Length[]
}

export function PeriodFilter({ period, lengths = usual }: PeriodFilterProps) {
  const { from, to, today, choose } = period
  return (
    <div className="filters">
      <div className="filter-row period-filter">
        <div className="segments" role="group" aria-label="Period">
          {lengths.map(({ days, text }) => {
            const start = addDays(today, 1 - days)
            return (
              <button
                key={days}
                type="button"
                aria-pressed={from === start && to === today}
                onClick={() => choose(start, today)}
              >
                {text}
              </button>
            )
          })}
        </div>
        <input
          className="input"
          type="date"
          aria-label="From"
          value={from}
          max={to}
          onChange={(event) => isIsoDay(event.target.value) && choose(event.target.value, to)}
        />
        <span aria-hidden="true">–</span>
        <input
          className="input"
          type="date"
          aria-label="To"
          value={to}
          min={from}
          onChange={(event) => isIsoDay(event.target.value) && choose(from, event.target.value)}
        />
      </div>
    </div>
  )
}
