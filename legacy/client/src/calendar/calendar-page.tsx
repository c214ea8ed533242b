import { useUser } from '../api/context.tsx'
import { WithClinic } from '../app/clinic.tsx'
import { may } from '../app/permissions.ts'
import { MyAppointments } from './my-appointments.tsx'
import { StaffCalendar } from './staff-calendar.tsx'

export function CalendarPage() {
  const { role } = useUser()
  return (
    <WithClinic what="calendar">
      {may(role, 'see schedules') ? <StaffCalendar /> : <MyAppointments />}
    </WithClinic>
  )
}
