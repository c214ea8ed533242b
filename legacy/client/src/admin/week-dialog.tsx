import { useState } from 'react'
import type { Account } from '../api/admin.ts'
import type { Shift } from '../api/appointments.ts'
import { useApi } from '../api/context.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Form, FormEnd } from '../ui/form.tsx'
import { Icon } from '../ui/icon.tsx'
import { useToasts } from '../ui/toasts.tsx'
import { complaintAbout, nextPeriod, type Period, weekdays } from './week.ts'

interface WeekDialogProps {
  readonly vet: Account
  readonly shifts: readonly Shift[]
  readonly onClose: () => void
}

interface Line extends Omit<Period, 'weekday'> {
  readonly key: number
}

/** A vet's week, replaced as a whole. */
export function WeekDialog({ vet, shifts, onClose }: WeekDialogProps) {
  const { client, cache } = useApi()
  const { tell } = useToasts()
  const [week, setWeek] = useState(() => weekdays.map((_, index) => linesOn(shifts, index + 1)))
  const [isChecked, setChecked] = useState(false)
  const complaints = week.map(complaintAbout)

  function change(day: number, lines: readonly Line[]): void {
    setWeek(week.with(day, lines))
  }

  async function save(): Promise<void> {
    setChecked(true)
    if (complaints.some((complaint) => complaint !== null)) return
    const periods = week.flatMap((lines, day): Period[] =>
      lines.map(({ starts, ends }) => ({ weekday: day + 1, starts, ends })),
    )
    await client.put('/staff-schedules', { vetId: vet.id, week: periods })
    cache.invalidate('/staff-schedules', '/availability')
    tell(`The hours of ${vet.name} are saved.`)
    onClose()
  }

  return (
    <Dialog title={`Hours of ${vet.name}`} onClose={onClose}>
      <Form label="Working hours" submit={save}>
        <div className="week-fields">
          {weekdays.map((name, day) => (
            <DayFields
              key={name}
              name={name}
              lines={week[day]!}
              complaint={isChecked ? complaints[day]! : null}
              onChange={(lines) => change(day, lines)}
            />
          ))}
        </div>
        <p className="hint">Appointments that are booked already stay where they are.</p>
        <FormEnd onCancel={onClose}>Save</FormEnd>
      </Form>
    </Dialog>
  )
}

const linesOn = (shifts: readonly Shift[], day: number): readonly Line[] =>
  shifts
    .filter(({ weekday }) => weekday === day)
    .map(({ starts, ends }, key) => ({ key, starts, ends }))

interface DayFieldsProps {
  readonly name: string
  readonly lines: readonly Line[]
  readonly complaint: string | null
  readonly onChange: (lines: readonly Line[]) => void
}

function DayFields({ name, lines, complaint, onChange }: DayFieldsProps) {
  const add = () => {
    const key = 1 + Math.max(-1, ...lines.map((line) => line.key))
    onChange([...lines, { key, ...nextPeriod(lines) }])
  }
  return (
    <fieldset className="day-fields">
      <legend>{name}</legend>
      {lines.length === 0 && <span className="none">Not at work</span>}
      {lines.map((line, index) => {
        const what = lines.length > 1 ? `${name}, ${index + 1}` : name
        const replace = (part: Partial<Line>) => onChange(lines.with(index, { ...line, ...part }))
        return (
          <div key={line.key} className="period">
            <input
              className="input"
              type="time"
              aria-label={`${what}, from`}
              aria-invalid={complaint ? true : undefined}
              value={line.starts}
              onChange={(event) => replace({ starts: event.target.value })}
            />
            <span aria-hidden="true">–</span>
            <input
              className="input"
              type="time"
              aria-label={`${what}, to`}
              aria-invalid={complaint ? true : undefined}
              value={line.ends}
              onChange={(event) => replace({ ends: event.target.value })}
            />
            <IconButton
              icon="close"
              label={`Remove hours of ${what}`}
              onClick={() => onChange(lines.toSpliced(index, 1))}
            />
          </div>
        )
      })}
      <Button
        size="small"
        look="quiet"
        icon="plus"
        aria-label={`Add hours on ${name}`}
        onClick={add}
      >
        Add hours
      </Button>
      {complaint && (
        <p className="problem" role="alert">
          <Icon name="alert" size={15} /> {complaint}
        </p>
      )}
    </fieldset>
  )
}
