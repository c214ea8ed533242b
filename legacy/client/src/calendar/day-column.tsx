import { type CSSProperties, useState } from 'react'
import type { Appointment } from '../api/appointments.ts'
import { useToday } from '../app/clinic.tsx'
import { dayInWords, dayOfWeek } from '../time/days.ts'
import { clockOf, minutesOf } from '../time/zone.ts'
import { AppointmentBlock } from './appointment-block.tsx'
import { closedHours, type Column, placed, type Span } from './grid.ts'
import type { FreeTime } from './slots.ts'
import type { Drag } from './use-drag.ts'

interface DayColumnProps {
  readonly column: Column
  /** The heading is the vet's name instead of the day. */
  readonly isByVet: boolean
  readonly hours: Span
  readonly zone: string
  /** The minute of the day, if it is today. */
  readonly now: number | undefined
  readonly shifts: readonly Span[]
  readonly appointments: readonly Appointment[]
  readonly free: readonly FreeTime[]
  readonly drag: Drag
  readonly onBook: (clock: string) => void
  readonly onShow: (appointment: Appointment) => void
}

export function DayColumn(props: DayColumnProps) {
  const { column, isByVet, hours, zone, now, shifts, appointments, free, drag } = props
  const today = useToday()
  const words = dayInWords(column.day, dayOfWeek)
  const blocks = placed(appointments, zone)
  const [current, setCurrent] = useState<number>()
  const stops = [
    ...blocks.map(({ appointment, from }) => ({ id: appointment.id, at: from })),
    ...free.map(({ clock }) => ({ id: -minutesOf(clock)!, at: minutesOf(clock)! })),
  ].sort((a, b) => a.at - b.at)
  // One stop of the tab key for each column; from there on, arrows.
  const stop = stops.find(({ id }) => id === current)?.id ?? stops[0]?.id
  const tabOf = (id: number) => ({ tabIndex: id === stop ? 0 : -1, onFocus: () => setCurrent(id) })
  const ghost = drag.target?.column.key === column.key ? drag.target : undefined
  return (
    <section
      className={column.day === today ? 'day today' : 'day'}
      aria-label={`${words}, ${column.vetName}`}
      data-column={column.key}
    >
      <h2 className="day-head">
        {isByVet ? (
          column.vetName
        ) : (
          <>
            <small>{dayInWords(column.day, { weekday: 'short' })}</small>
            <span>{Number(column.day.slice(8))}</span>
          </>
        )}
      </h2>
      <div className="day-body" style={spanStyle(hours, { from: hours.from, to: hours.to })}>
        {closedHours(shifts, hours).map((closed) => (
          <div key={closed.from} className="closed" style={spanStyle(hours, closed)} />
        ))}
        {shifts.length === 0 && <p className="off">Not at work</p>}
        {free.map(({ clock }) => (
          <button
            key={clock}
            type="button"
            className="slot"
            style={spanStyle(hours, { from: minutesOf(clock)!, to: minutesOf(clock)! + 15 })}
            aria-label={`Book ${clock}, ${words}, ${column.vetName}`}
            data-at={minutesOf(clock)}
            {...tabOf(-minutesOf(clock)!)}
            onClick={() => props.onBook(clock)}
          >
            <span aria-hidden="true">+ {clock}</span>
          </button>
        ))}
        {blocks.map((block) => (
          <AppointmentBlock
            key={block.appointment.id}
            block={block}
            zone={zone}
            style={spanStyle(hours, block)}
            drag={drag}
            tab={tabOf(block.appointment.id)}
            onShow={() => props.onShow(block.appointment)}
          />
        ))}
        {ghost && (
          <div
            className="ghost"
            style={spanStyle(hours, { from: ghost.minutes, to: ghost.minutes + ghost.length })}
          >
            {clockOf(ghost.minutes)} {ghost.appointment.petName}
          </div>
        )}
        {now !== undefined && now >= hours.from && now <= hours.to && (
          <div className="now" style={{ '--at': now - hours.from } as CSSProperties} />
        )}
      </div>
    </section>
  )
}

function spanStyle(hours: Span, { from, to }: Span): CSSProperties {
  return { '--at': from - hours.from, '--long': to - from } as CSSProperties
}
