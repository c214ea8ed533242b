import type { AppointmentStatus } from '../api/appointments.ts'
import { CheckField } from '../ui/fields.tsx'
import type { View } from './view.ts'
import { statusNames } from './words.ts'

/** What the colours mean. */
export function Legend({ view }: { view: View }) {
  return (
    <div className="legend">
      {(Object.keys(statusNames) as AppointmentStatus[]).map((status) => (
        <span key={status} className={`legend-item ${status}`}>
          {statusNames[status]}
        </span>
      ))}
      <span className="legend-item free">Free</span>
      <CheckField
        label="Show cancelled"
        checked={!view.isWithoutCancelled}
        onChange={(event) => view.change({ cancelled: event.target.checked ? null : 'hidden' })}
      />
    </div>
  )
}
