import { type Appointment, changeAppointment } from '../api/appointments.ts'
import { useApi } from '../api/context.tsx'
import { dayInWords, shortWeekday } from '../time/days.ts'
import { clockOf, localTime, momentOf } from '../time/zone.ts'
import { useToasts } from '../ui/toasts.tsx'
import type { Column } from './grid.ts'
import { scheduleKeys, withAppointment } from './queries.ts'

type Place = Pick<Appointment, 'vetId' | 'vetName' | 'start' | 'end'>

/** Moves an appointment at once, and back if the server refuses; it can be undone. */
export function useMove(zone: string) {
  const { client, cache } = useApi()
  const { tell, fail } = useToasts()

  async function moveTo(appointment: Appointment, place: Place): Promise<boolean> {
    cache.reviseAll('/calendar?', withAppointment({ ...appointment, ...place }))
    try {
      const { vetId, start } = place
      const changed = await changeAppointment(client, appointment.id, { vetId, start })
      cache.reviseAll('/calendar?', withAppointment(changed))
      return true
    } catch (thrown) {
      cache.reviseAll('/calendar?', withAppointment(appointment))
      fail(thrown)
      return false
    } finally {
      cache.invalidate(...scheduleKeys)
    }
  }

  async function move(appointment: Appointment, column: Column, minutes: number): Promise<void> {
    const { day, vetId, vetName } = column
    const start = momentOf({ day, minutes }, zone)
    const length = Date.parse(appointment.end) - Date.parse(appointment.start)
    const end = new Date(start.getTime() + length)
    const place = { vetId, vetName, start: start.toISOString(), end: end.toISOString() }
    if (!(await moveTo(appointment, place))) return
    const { day: shownDay, minutes: shownMinutes } = localTime(start, zone)
    const when = `${dayInWords(shownDay, shortWeekday)}, ${clockOf(shownMinutes)}`
    const text = `${appointment.petName} is moved to ${when}, ${vetName}.`
    const back = () => void moveTo({ ...appointment, ...place }, appointment)
    tell(text, { text: 'Undo', run: back })
  }

  return (appointment: Appointment, column: Column, minutes: number) =>
    void move(appointment, column, minutes)
}
