const dayMs = 86_400_000

/** A day as 2025-05-31, so many after today. */
export const dayFromNow = (days) => new Date(Date.now() + days * dayMs).toISOString().slice(0, 10)

/** The same day as people write it here: 31/05/2025. */
export const written = (day) => day.split('-').reverse().join('/')

/** The week, from Monday, that a day so many after today lies in. */
export function weekOf(days) {
  const weekday = new Date(Date.now() + days * dayMs).getUTCDay() || 7
  return Array.from({ length: 7 }, (_, nth) => dayFromNow(days - weekday + 1 + nth))
}
