import { type ReactNode, useState } from 'react'
import { useUser } from '../api/context.tsx'
import { ApiError } from '../api/errors.ts'
import { useClinic, useToday } from '../app/clinic.tsx'
import { may } from '../app/permissions.ts'
import { addDays, type IsoDay, isIsoDay } from '../time/days.ts'
import { minutesOf, momentOf } from '../time/zone.ts'
import { SelectField, TextArea, TextField } from '../ui/fields.tsx'
import { Form, FormEnd } from '../ui/form.tsx'
import type { Values } from '../ui/values.ts'
import { useNow } from '../ui/hooks.ts'
import { vetsIn } from './grid.ts'
import { NextFreeDay } from './next-free-day.tsx'
import { useFreeSlots, useServices, useShifts } from './queries.ts'
import { freeTimes } from './slots.ts'
import { TimeField } from './time-field.tsx'
import { serviceText } from './words.ts'

export interface VisitStart {
  readonly vetId?: number | undefined
  readonly serviceTypeId?: number | undefined
  readonly day?: IsoDay
  /** As 09:15. */
  readonly time?: string
  readonly reason?: string | null
}

interface Visit {
  readonly vetId: number
  readonly serviceTypeId: number
  readonly start: string
  readonly reason: string | null
}

interface VisitFormProps {
  readonly label: string
  readonly action: string
  readonly start: VisitStart
  readonly submit: (visit: Visit, values: Values) => Promise<void>
  readonly onCancel: () => void
  /** Whom the visit is for. */
  readonly children: ReactNode
}

/** When, with whom and what for. */
export function VisitForm({ label, action, start, submit, onCancel, children }: VisitFormProps) {
  const { role } = useUser()
  const { timezone } = useClinic()
  const today = useToday()
  const now = useNow()
  const offered = useServices()
  const services = offered.value
  const isStaff = may(role, 'see schedules')
  const [serviceTypeId, setService] = useState(start.serviceTypeId)
  const [vetId, setVet] = useState(start.vetId)
  const [day, setDay] = useState(start.day ?? today)
  const [time, setTime] = useState(start.time ?? '')
  const service = serviceTypeId ?? services?.[0]?.id
  const isAhead = isIsoDay(day) && day >= today
  const slots = useFreeSlots({
    days: isAhead ? [day] : [],
    serviceTypeId: service,
    vetId,
  })
  const vets = useVetChoices(isStaff, slots.value)
  const free = freeTimes(slots.value ?? [], timezone, now)

  async function send(values: Values): Promise<void> {
    const minutes = minutesOf(time)
    const moment = minutes === null ? undefined : momentOf({ day, minutes }, timezone)
    const vet = vetId ?? free.find(({ clock }) => clock === time)?.vets[0]?.id
    if (!moment || vet === undefined) throw noTime
    const visit = {
      vetId: vet,
      serviceTypeId: service!,
      start: moment.toISOString(),
      reason: values.optional('reason'),
    }
    await submit(visit, values)
  }

  return (
    <Form label={label} submit={send}>
      <div className="columns">
        {children}
        <SelectField
          name="serviceTypeId"
          label="Service"
          required
          value={service ?? ''}
          onChange={(event) => setService(Number(event.target.value))}
          options={(services ?? []).map((one) => ({ value: one.id, text: serviceText(one) }))}
        />
        <SelectField
          name="vetId"
          label="Veterinarian"
          value={vetId ?? ''}
          onChange={(event) => setVet(Number(event.target.value) || undefined)}
          options={[
            { value: '', text: 'Whoever is free' },
            ...vets.map(({ id, name }) => ({ value: id, text: name })),
          ]}
        />
        <TextField
          name="day"
          label="Day"
          type="date"
          required
          min={today}
          value={day}
          onChange={(event) => setDay(event.target.value)}
        />
        <TimeField
          free={free}
          // Until a service is known, no day has been asked for.
          from={services === undefined ? offered : slots}
          time={time}
          onTime={setTime}
          whenNone={
            <NextFreeDay
              key={`${day} ${service} ${vetId}`}
              after={isAhead ? day : addDays(today, -1)}
              serviceTypeId={service}
              vetId={vetId}
              onDay={setDay}
            />
          }
          mayTypeTime={isStaff && vetId !== undefined}
        />
        <TextArea
          name="reason"
          label="Reason"
          rows={2}
          maxLength={2000}
          defaultValue={start.reason ?? ''}
        />
      </div>
      <FormEnd onCancel={onCancel}>{action}</FormEnd>
    </Form>
  )
}

const noTime = new ApiError('Choose one of the free times.', {
  status: 400,
  fields: [{ field: 'start', message: 'Choose one of the free times.' }],
})

/** Owners may not read the schedules: they see who is free. */
function useVetChoices(isStaff: boolean, slots: Parameters<typeof freeTimes>[0] | undefined) {
  const shifts = useShifts(isStaff).value?.schedules
  const [seen, setSeen] = useState<ReadonlyMap<number, string>>(new Map())
  const fresh = (slots ?? []).filter(({ vetId }) => !seen.has(vetId))
  if (fresh.length > 0) {
    setSeen(new Map([...seen, ...fresh.map(({ vetId, vetName }) => [vetId, vetName] as const)]))
  }
  if (isStaff) return vetsIn(shifts ?? [])
  return [...seen].map(([id, name]) => ({ id, name }))
}
