import { useUser } from '../api/context.tsx'
import { useClinic, useToday, WithClinic } from '../app/clinic.tsx'
import { useAppointments } from '../calendar/queries.ts'
import { addDays, dayInWords, daysFrom } from '../time/days.ts'
import { BarList } from '../ui/charts/bar-list.tsx'
import { Columns, type Series } from '../ui/charts/columns.tsx'
import { ButtonLink } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'
import { Empty, Loaded } from '../ui/states.tsx'
import { countsByDay, countsByService } from './day-counts.ts'
import { LowStock, VaccinationsDue } from './to-do.tsx'
import { Today } from './today.tsx'

export function DashboardPage() {
  return (
    <WithClinic what="dashboard">
      <Dashboard />
    </WithClinic>
  )
}

const longDay = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' } as const

/** How the day stands, what has to be done, and how busy it is. */
function Dashboard() {
  const { name } = useClinic()
  const user = useUser()
  const today = useToday()
  return (
    <Page
      title={`Hello, ${user.name.split(' ')[0]}`}
      subtitle={`${name}, ${dayInWords(today, longDay)}`}
      actions={
        <ButtonLink to="/calendar" icon="calendar">
          Calendar
        </ButtonLink>
      }
    >
      <div className="stack">
        <Today />
        <div className="beside">
          <section className="card">
            <BusyDays />
          </section>
          <VaccinationsDue />
        </div>
        <div className="beside">
          <Services />
          <LowStock />
        </div>
      </div>
    </Page>
  )
}

const series: readonly Series[] = [
  { name: 'Completed', tone: 'brand' },
  { name: 'Checked in', tone: 'marigold' },
  { name: 'Booked', tone: 'blue' },
  { name: 'Cancelled', tone: 'grey' },
]

/** A week back and a week ahead. */
function BusyDays() {
  const { timezone } = useClinic()
  const today = useToday()
  const days = daysFrom(addDays(today, -6), 14)
  const calendar = useAppointments({ from: days[0]!, to: days.at(-1)! })
  return (
    <Loaded what="appointments" from={calendar} lines={5}>
      {({ appointments }) => (
        <Columns
          title="Appointments by day"
          series={series}
          columns={countsByDay(appointments, days, timezone)}
          say={(amount) => amount.toLocaleString('en-GB')}
        />
      )}
    </Loaded>
  )
}

const mostServices = 6

function Services() {
  const today = useToday()
  const calendar = useAppointments({ from: addDays(today, -29), to: today })
  return (
    <section className="card" aria-labelledby="services">
      <div className="card-head">
        <h2 id="services">Services of the last 30 days</h2>
      </div>
      <Loaded what="appointments" from={calendar} lines={4}>
        {({ appointments }) => {
          const counts = countsByService(appointments).slice(0, mostServices)
          if (counts.length === 0) return <Empty icon="chart" title="No visits yet" />
          return <BarList bars={counts.map((one) => ({ ...one, text: String(one.amount) }))} />
        }}
      </Loaded>
    </section>
  )
}
