import type { CSSProperties } from 'react'
import { useUser } from '../api/context.tsx'
import { may } from '../app/permissions.ts'
import { clockOf } from '../time/zone.ts'
import { laneOf, type Placed } from './grid.ts'
import type { Drag } from './use-drag.ts'
import { appointmentLabel } from './words.ts'

interface BlockProps {
  readonly block: Placed
  readonly zone: string
  readonly style: CSSProperties
  readonly drag: Drag
  readonly tab: { readonly tabIndex: number; readonly onFocus: () => void }
  readonly onShow: () => void
}

export function AppointmentBlock({ block, zone, style, drag, tab, onShow }: BlockProps) {
  const { appointment, from, to } = block
  const { left, wide } = laneOf(block)
  const { role } = useUser()
  const isMovable = appointment.status === 'booked' && may(role, 'reschedule appointments')
  const size = to - from >= 30 ? 'tall' : to - from >= 20 ? 'middle' : 'short'
  const isDragged = drag.target?.appointment.id === appointment.id
  return (
    <button
      type="button"
      {...tab}
      className={`appointment ${appointment.status} ${size}${isMovable ? ' movable' : ''}${isDragged ? ' dragged' : ''}`}
      style={{ ...style, '--left': left, '--wide': wide } as CSSProperties}
      aria-label={appointmentLabel(appointment, zone)}
      title={`${clockOf(from)} ${appointment.petName}, ${appointment.serviceName}, ${appointment.ownerName}`}
      data-at={from}
      onPointerDown={(event) => {
        if (isMovable) drag.begin(event, appointment, to - from)
      }}
      onClick={(event) => {
        if (!drag.isPartOfDrop(event)) onShow()
      }}
    >
      <span className="appointment-time">{clockOf(from)}</span>
      <b>{appointment.petName}</b>
      <span className="appointment-more">{appointment.serviceName}</span>
    </button>
  )
}
