import { useState } from 'react'
import type { Appointment, ServiceType, Shift } from '../api/appointments.ts'
import { useUser } from '../api/context.tsx'
import { useClinic, useToday } from '../app/clinic.tsx'
import { dayInWords, weekInWords } from '../time/days.ts'
import { Button } from '../ui/button.tsx'
import { useMedia } from '../ui/hooks.ts'
import { Page } from '../ui/page.tsx'
import { Empty, Loaded } from '../ui/states.tsx'
import { AppointmentDialog } from './appointment-dialog.tsx'
import { BookingDialog, type BookingStart } from './booking-dialog.tsx'
import { DayStrip } from './day-strip.tsx'
import { Legend } from './legend.tsx'
import { ScopeSwitch, Toolbar } from './toolbar.tsx'
import { useCalendarView, type View } from './view.ts'
import { useServices, useShifts } from './queries.ts'
import { Week } from './week.tsx'

export function StaffCalendar() {
  const shifts = useShifts()
  const services = useServices()
  return (
    <Loaded what="calendar" from={shifts} lines={12}>
      {({ schedules }) => (
        <Loaded what="services" from={services} lines={12}>
          {(services) => <Planner shifts={schedules} services={services} />}
        </Loaded>
      )}
    </Loaded>
  )
}

interface PlannerProps {
  readonly shifts: readonly Shift[]
  readonly services: readonly ServiceType[]
}

function Planner({ shifts, services }: PlannerProps) {
  const today = useToday()
  const { timezone } = useClinic()
  const { id: userId } = useUser()
  const isNarrow = useMedia('(max-width: 760px)')
  const view = useCalendarView({ today, shifts, userId, isNarrow })
  const [booking, setBooking] = useState<BookingStart>()
  const [shown, setShown] = useState<Appointment>()
  const service = services.find(({ id }) => id === view.service) ?? services[0]
  return (
    <Page
      title="Calendar"
      subtitle={titleOf(view, isNarrow)}
      actions={
        <>
          <ScopeSwitch view={view} />
          <Button
            look="primary"
            icon="plus"
            aria-label="Book appointment"
            onClick={() => setBooking({ day: view.day < today ? today : view.day })}
          >
            <span>
              Book<span className="wide-only"> appointment</span>
            </span>
          </Button>
        </>
      }
    >
      {view.vet ? (
        <>
          <Toolbar view={view} services={services} service={service} />
          {isNarrow && <DayStrip view={view} today={today} />}
          <Week
            view={view}
            shifts={shifts}
            service={service}
            zone={timezone}
            isNarrow={isNarrow}
            onBook={setBooking}
            onShow={setShown}
          />
          <Legend view={view} />
        </>
      ) : (
        <Empty icon="calendar" title="Nobody has working hours yet">
          <p>An administrator enters the veterinarians’ weeks.</p>
        </Empty>
      )}
      {booking && (
        <BookingDialog
          start={{
            vetId: view.vet?.id,
            serviceTypeId: service?.id,
            ...booking,
          }}
          onClose={() => setBooking(undefined)}
        />
      )}
      {shown && <AppointmentDialog appointment={shown} onClose={() => setShown(undefined)} />}
    </Page>
  )
}

function titleOf({ scope, day, week }: View, isNarrow: boolean): string {
  if (isNarrow || scope === 'day') {
    return dayInWords(day, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
  }
  return weekInWords(week[0]!, week[6]!)
}
