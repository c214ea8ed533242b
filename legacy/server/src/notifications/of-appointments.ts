import type { AppointmentRow } from '../appointments/model.ts'
import type { App, User } from '../http/route.ts'
import { mail, notify } from './notify.ts'
import { templateOf } from './templates.ts'

type Template = 'appointment-booked' | 'appointment-reminder'

/**
 * Tells the owner of the animal: in the inbox and by mail if they have a login, by mail alone if they only
 * have an address. The visit is as it is whether or not that succeeds.
 */
export async function tellOwner(
  app: App,
  user: User,
  visit: AppointmentRow,
  template: Template,
): Promise<void> {
  try {
    await tell(app, user, visit, template)
  } catch (error) {
    app.log.error('the owner was not told', error, { appointment: visit.id, template })
  }
}

async function tell(app: App, user: User, visit: AppointmentRow, template: Template) {
  const { rows } = await app.pool.query<{
    email: string | null
    timezone: string
    id: number | null
  }>(
    `select o.email, c.timezone, u.id
     from pets p
     join owners o on o.id = p.owner_id
     join clinics c on c.id = o.clinic_id
     left join users u on u.email = o.email and u.clinic_id = o.clinic_id
       and u.role = 'owner' and u.active
     where p.id = $1`,
    [visit.pet_id],
  )
  const [owner] = rows
  if (!owner || owner.email === null) return
  const data = {
    appointmentId: visit.id,
    pet: visit.pet_name,
    vet: visit.vet_name,
    service: visit.service_name,
    start: asRead(visit.starts_at, owner.timezone),
  }
  const { email, id } = owner
  if (id !== null) {
    await notify(app, [{ id, email }], { template, data, actor: user.email })
    return
  }
  const found = await templateOf(app.pool, template)
  if (found) await mail(app, email, found, data)
}

/** As "Mon 3 Mar 2031, 09:30", by the clinic's clock. */
function asRead(moment: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(moment)
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    parts.find((each) => each.type === type)?.value ?? ''
  return `${part('weekday')} ${part('day')} ${part('month')} ${part('year')}, ${part('hour')}:${part('minute')}`
}
