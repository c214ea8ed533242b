import type {
  Appointment,
  Availability,
  Calendar,
  ServiceType,
  Shift,
  Slot,
} from '../api/appointments.ts'
import { useApi, useGet, useResource } from '../api/context.tsx'
import type { IsoDay } from '../time/days.ts'

export const useServices = () => useGet<readonly ServiceType[]>('/service-types')

/** Staff only: others do not ask. */
export const useShifts = (isAsked = true) =>
  useGet<{ schedules: readonly Shift[] }>(isAsked ? '/staff-schedules' : null)

interface Period {
  readonly from: IsoDay
  readonly to: IsoDay
  readonly vetId?: number | undefined
  readonly petId?: number
}

export const useAppointments = (period: Period) => useGet<Calendar>('/calendar', { ...period })

interface Sought {
  readonly days: readonly IsoDay[]
  readonly serviceTypeId: number | undefined
  readonly vetId?: number | undefined
}

/** Free slots of some days; the API tells of one day at a time. */
export function useFreeSlots({ days, serviceTypeId, vetId }: Sought) {
  const { client } = useApi()
  const isAsked = serviceTypeId !== undefined && days.length > 0
  const key = `/availability?${JSON.stringify([days, serviceTypeId, vetId])}`
  return useResource<readonly Slot[]>(isAsked ? key : null, async () => {
    const answers = await Promise.all(
      days.map((date) => client.get<Availability>('/availability', { date, serviceTypeId, vetId })),
    )
    return answers.flatMap(({ slots }) => slots)
  })
}

/** What to load again after an appointment was made or changed. */
export const scheduleKeys = ['/calendar', '/availability'] as const

/** A calendar with one of its appointments replaced. */
export function withAppointment(changed: Appointment) {
  return (calendar: Calendar): Calendar => ({
    ...calendar,
    appointments: calendar.appointments.map((one) => (one.id === changed.id ? changed : one)),
  })
}
