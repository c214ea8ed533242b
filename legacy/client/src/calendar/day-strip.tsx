import { type IsoDay, dayInWords, dayOfWeek } from '../time/days.ts'
import type { View } from './view.ts'

/** The days of a week to tap on, where there is room for one of them only. */
export function DayStrip({ view, today }: { view: View; today: IsoDay }) {
  return (
    <div className="day-strip" role="group" aria-label="Days of the week">
      {view.week.map((day) => (
        <button
          key={day}
          type="button"
          className={day === today ? 'today' : ''}
          aria-pressed={day === view.day}
          aria-label={dayInWords(day, dayOfWeek)}
          onClick={() => view.change({ day })}
        >
          <small>{dayInWords(day, { weekday: 'narrow' })}</small>
          {Number(day.slice(8))}
        </button>
      ))}
    </div>
  )
}
