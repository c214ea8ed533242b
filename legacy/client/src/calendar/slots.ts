import type { Slot } from '../api/appointments.ts'
import type { IsoDay } from '../time/days.ts'
import { clockOf, localTime } from '../time/zone.ts'

/** A time at which a visit can begin, and who is free then. */
export interface FreeTime {
  /** As 09:15, by the clinic's clock. */
  readonly clock: string
  readonly start: string
  readonly vets: readonly { readonly id: number; readonly name: string }[]
}

/** Free slots by their time, those that have passed left out. */
export function freeTimes(slots: readonly Slot[], zone: string, now: Date): FreeTime[] {
  const byStart = new Map<string, FreeTime>()
  for (const { start, vetId, vetName } of slots) {
    if (new Date(start) <= now) continue
    const vets = [...(byStart.get(start)?.vets ?? []), { id: vetId, name: vetName }]
    byStart.set(start, { clock: clockOf(localTime(start, zone).minutes), start, vets })
  }
  return [...byStart.values()].sort((a, b) => a.start.localeCompare(b.start))
}

/** The first day of which it is so; asks for one after the other, and no further. */
export async function firstWith(
  days: readonly IsoDay[],
  isSo: (day: IsoDay) => Promise<boolean>,
): Promise<IsoDay | undefined> {
  for (const day of days) {
    if (await isSo(day)) return day
  }
  return undefined
}

/** Free times in groups as one speaks of them. */
export function byPartOfDay(times: readonly FreeTime[]) {
  return [
    { name: 'Morning', times: times.filter(({ clock }) => clock < '12:00') },
    { name: 'Afternoon', times: times.filter(({ clock }) => clock >= '12:00') },
  ].filter(({ times }) => times.length > 0)
}
