import type { Shift } from '../api/appointments.ts'
import { type IsoDay, addDays, daysFrom, isIsoDay, mondayOf, weekdayOf } from '../time/days.ts'
import { useListParams } from '../ui/use-list-params.ts'
import { type Column, vetsIn } from './grid.ts'

export type View = ReturnType<typeof useCalendarView>

interface Around {
  readonly today: IsoDay
  readonly shifts: readonly Shift[]
  readonly userId: number
  /** Narrow screens have room for one day. */
  readonly isNarrow: boolean
}

/** Which part of the calendar is shown, kept in the address. */
export function useCalendarView({ today, shifts, userId, isNarrow }: Around) {
  const params = useListParams()
  const asked = params.text('day')
  const start = nextWorkingDay(today, shifts)
  const day = isIsoDay(asked) ? asked : start
  const vets = vetsIn(shifts)
  const vet =
    vets.find(({ id }) => id === Number(params.text('vet'))) ??
    vets.find(({ id }) => id === userId) ??
    vets[0]
  const scope = params.text('view') === 'day' && !isNarrow ? ('day' as const) : ('week' as const)
  return {
    day,
    isAtStart: day === start,
    week: daysFrom(mondayOf(day), 7),
    vets,
    vet,
    /** A week of one vet, or a day of all of them. */
    scope,
    step: isNarrow || scope === 'day' ? 1 : 7,
    service: Number(params.text('service')) || undefined,
    isWithoutCancelled: params.text('cancelled') === 'hidden',
    change: params.change,
    move: (days: number) => params.change({ day: addDays(day, days) }),
  }
}

/** On a day when nobody works, one looks for the next one on which somebody does. */
export function nextWorkingDay(today: IsoDay, shifts: readonly Shift[]): IsoDay {
  const works = (day: IsoDay) => shifts.some(({ weekday }) => weekday === weekdayOf(day))
  return daysFrom(today, 7).find(works) ?? today
}

/** The columns of what is shown; days at the weekend only if something is on them. */
export function columnsOf(
  view: Pick<View, 'day' | 'week' | 'vets' | 'vet' | 'scope'>,
  isNarrow: boolean,
  isUsed: (day: IsoDay) => boolean,
): Column[] {
  const column = (day: IsoDay, vet: { id: number; name: string }): Column => ({
    key: `${day}/${vet.id}`,
    day,
    vetId: vet.id,
    vetName: vet.name,
  })
  if (view.scope === 'day') return view.vets.map((vet) => column(view.day, vet))
  const { vet } = view
  if (!vet) return []
  const days = isNarrow ? [view.day] : view.week.filter((day) => weekdayOf(day) <= 5 || isUsed(day))
  return days.map((day) => column(day, vet))
}
