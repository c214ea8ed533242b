import { dayPlus, startOf, timestamp } from './times.ts'
import { firstUserOf, upTo, type World } from './world.ts'

/** What each clinic's admin took home at the end of the last months. */
export function* exportRows(world: World) {
  for (const clinic of upTo(world.size.clinics)) {
    for (const nth of upTo(3)) {
      const random = world.random('export', clinic, nth)
      const hex = random.bytes(16).toString('hex')
      const to = dayPlus(world.today, -30 * nth)
      const money = `${random.int(900, 90_000)}.${random.int(10, 99)}`
      const csv = `\uFEFFMonth,Visits,Services,Treatments,Total\r\n${to.slice(0, 7)},${random.int(20, 900)},0.00,${money},${money}\r\n`
      yield {
        id: `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-b${hex.slice(17, 20)}-${hex.slice(20)}`,
        clinic_id: clinic,
        made_by: firstUserOf(world.size, clinic),
        report: 'revenue',
        format: 'csv',
        period: `[${dayPlus(to, -29)},${dayPlus(to, 1)})`,
        content: `\\x${Buffer.from(csv).toString('hex')}`,
        created_at: timestamp(startOf(to) + random.int(0, 86_400_000 - 1), random.int(0, 999)),
      }
    }
  }
}
