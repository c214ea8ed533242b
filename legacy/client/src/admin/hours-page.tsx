import { useState } from 'react'
import { type Account, accountsOf } from '../api/admin.ts'
import type { Shift } from '../api/appointments.ts'
import { useApi, useGet, useResource, useUser } from '../api/context.tsx'
import { counted } from '../time/days.ts'
import { IconButton } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'
import { Empty, Loaded } from '../ui/states.tsx'
import { type Column, None, Table } from '../ui/table.tsx'
import { hoursIn, weekdays } from './week.ts'
import { WeekDialog } from './week-dialog.tsx'

interface VetWeek {
  readonly vet: Account
  readonly shifts: readonly Shift[]
}

/** When the veterinarians of the own clinic work: the API knows no other's. */
export function HoursPage() {
  const { client } = useApi()
  const { clinicId } = useUser()
  const vets = useResource(`/users#vets-of-${clinicId}`, () =>
    accountsOf(client, { clinicId, role: 'veterinarian' }),
  )
  const schedules = useGet<{ schedules: readonly Shift[] }>('/staff-schedules')
  const [open, setOpen] = useState<VetWeek>()
  return (
    <Page
      title="Working hours"
      subtitle="Of the veterinarians of your clinic, by its own clock. Appointments fit into them."
    >
      <Loaded what="veterinarians" from={vets}>
        {(vets) => (
          <Loaded what="working hours" from={schedules}>
            {({ schedules }) => (
              <Weeks
                weeks={vets.map((vet) => ({
                  vet,
                  shifts: schedules.filter(({ vetId }) => vetId === vet.id),
                }))}
                onEdit={setOpen}
              />
            )}
          </Loaded>
        )}
      </Loaded>
      {open && <WeekDialog {...open} onClose={() => setOpen(undefined)} />}
    </Page>
  )
}

interface WeeksProps {
  readonly weeks: readonly VetWeek[]
  readonly onEdit: (week: VetWeek) => void
}

function Weeks({ weeks, onEdit }: WeeksProps) {
  const shown = weeks.filter(({ vet, shifts }) => vet.active || shifts.length > 0)
  if (shown.length === 0) {
    return (
      <Empty icon="clock" title="There are no veterinarians yet">
        <p>Add one under Users first.</p>
      </Empty>
    )
  }
  return (
    <Table
      label="Working hours"
      columns={[nameColumn, ...dayColumns, actionsWith(onEdit)]}
      rows={shown}
      keyOf={({ vet }) => vet.id}
    />
  )
}

const dayColumns = weekdays.map((day, index): Column<VetWeek> => ({
  title: day.slice(0, 3),
  isShort: true,
  isNamed: true,
  cell: ({ shifts }) => hoursOf(shifts.filter(({ weekday }) => weekday === index + 1)),
}))

function hoursOf(shifts: readonly Shift[]) {
  return shifts.length === 0 ? <None /> : <Hours shifts={shifts} />
}

function Hours({ shifts }: { shifts: readonly Shift[] }) {
  return (
    <span className="day-hours">
      {shifts.map(({ starts, ends }) => (
        <span key={starts}>
          {starts}–{ends}
        </span>
      ))}
    </span>
  )
}

const nameColumn: Column<VetWeek> = {
  title: 'Veterinarian',
  place: 'main',
  cell: ({ vet, shifts }) => (
    <span className="two-lines">
      <b>{vet.name}</b>
      <small>{counted(hoursIn(shifts), 'hour')} a week</small>
    </span>
  ),
}

function actionsWith(onEdit: WeeksProps['onEdit']): Column<VetWeek> {
  return {
    title: '',
    place: 'side',
    cell: (week) => (
      <span className="row-actions">
        <IconButton
          icon="pencil"
          label={`Edit hours of ${week.vet.name}`}
          onClick={() => onEdit(week)}
        />
      </span>
    ),
  }
}
