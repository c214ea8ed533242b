import { useRef } from 'react'
import type { Appointment, ServiceType, Shift } from '../api/appointments.ts'
import { useToday } from '../app/clinic.tsx'
import { localTime } from '../time/zone.ts'
import { useNow } from '../ui/hooks.ts'
import { Empty, Loaded } from '../ui/states.tsx'
import type { BookingStart } from './booking-dialog.tsx'
import { DayColumn } from './day-column.tsx'
import { type Column, hoursAround, shiftsOn, type Span, spanOf } from './grid.ts'
import { useAppointments, useFreeSlots } from './queries.ts'
import { freeTimes } from './slots.ts'
import { useArrows } from './use-arrows.ts'
import { useDrag } from './use-drag.ts'
import { useMove } from './use-move.ts'
import { columnsOf, type View } from './view.ts'

interface WeekProps {
  readonly view: View
  readonly shifts: readonly Shift[]
  readonly service: ServiceType | undefined
  readonly zone: string
  readonly isNarrow: boolean
  readonly onBook: (start: BookingStart) => void
  readonly onShow: (appointment: Appointment) => void
}

/** Loads what is shown of the calendar: a week of one vet or a day of all. */
export function Week(props: WeekProps) {
  const { view, isNarrow, service } = props
  const today = useToday()
  const isDay = view.scope === 'day'
  const period = isDay
    ? { from: view.day, to: view.day }
    : { from: view.week[0]!, to: view.week[6]!, vetId: view.vet!.id }
  const calendar = useAppointments(period)
  const days = (isDay || isNarrow ? [view.day] : view.week).filter((day) => day >= today)
  const free = useFreeSlots({
    days,
    serviceTypeId: service?.id,
    vetId: isDay ? undefined : view.vet!.id,
  })
  return (
    <Loaded what="appointments" from={calendar} lines={12}>
      {({ appointments }) => (
        <Grid
          {...props}
          appointments={
            view.isWithoutCancelled
              ? appointments.filter(({ status }) => status !== 'cancelled')
              : appointments
          }
          slots={free.isPrevious ? [] : (free.value ?? [])}
        />
      )}
    </Loaded>
  )
}

interface GridProps extends WeekProps {
  readonly appointments: readonly Appointment[]
  readonly slots: Parameters<typeof freeTimes>[0]
}

function Grid(props: GridProps) {
  const { view, shifts, zone, isNarrow, appointments, slots, onBook, onShow } = props
  const now = useNow()
  const grid = useRef<HTMLDivElement>(null)
  const move = useMove(zone)
  useArrows(grid)
  const spans = appointments.map((one) => spanOf(one, zone))
  const isUsed = (day: string) =>
    spans.some((span) => span.day === day) ||
    shiftsOn(shifts, { day, vetId: view.vet!.id } as Column).length > 0
  const columns = columnsOf(view, isNarrow, isUsed)
  const working = columns.flatMap((column) => shiftsOn(shifts, column))
  const hours = hoursAround([...working, ...spans])
  const drag = useDrag({ grid, columns, hours, zone, onDrop: move })
  const isNowIn = (column: Column) => localTime(now, zone).day === column.day

  if (isNarrow && working.length === 0 && spans.every(({ day }) => day !== view.day)) {
    return <Empty icon="calendar" title={`${view.vet!.name} does not work on this day`} />
  }
  return (
    <div className={`week ${view.scope}`} role="group" aria-label="Calendar" ref={grid}>
      <p className="unseen">Within a day, the arrow keys go from time to time.</p>
      <Hours hours={hours} />
      {columns.map((column) => (
        <DayColumn
          key={column.key}
          column={column}
          isByVet={view.scope === 'day'}
          hours={hours}
          zone={zone}
          now={isNowIn(column) ? localTime(now, zone).minutes : undefined}
          shifts={shiftsOn(shifts, column)}
          appointments={appointments.filter(
            (one) => one.vetId === column.vetId && spanOf(one, zone).day === column.day,
          )}
          free={freeTimes(
            slots.filter(
              (slot) =>
                slot.vetId === column.vetId && localTime(slot.start, zone).day === column.day,
            ),
            zone,
            now,
          )}
          drag={drag}
          onBook={(time) => onBook({ day: column.day, vetId: column.vetId, time })}
          onShow={onShow}
        />
      ))}
    </div>
  )
}

/** The full hours at the left. */
function Hours({ hours }: { hours: Span }) {
  const count = (hours.to - hours.from) / 60
  return (
    <div className="hours" aria-hidden="true">
      {Array.from({ length: count }, (_, index) => (
        <span key={index} style={{ '--at': index * 60 } as React.CSSProperties}>
          {hours.from / 60 + index}:00
        </span>
      ))}
    </div>
  )
}
