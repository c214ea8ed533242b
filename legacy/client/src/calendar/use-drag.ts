import {
  type PointerEvent,
  type RefObject,
  useEffect,
  useEffectEvent,
  useRef,
  useState,
} from 'react'
import type { Appointment } from '../api/appointments.ts'
import { localTime } from '../time/zone.ts'
import { type Column, snapped, type Span } from './grid.ts'

/** Where an appointment would come to lie if it were dropped now. */
export interface Target {
  readonly appointment: Appointment
  readonly length: number
  readonly column: Column
  readonly minutes: number
}

interface Parts {
  readonly grid: RefObject<HTMLElement | null>
  readonly columns: readonly Column[]
  readonly hours: Span
  readonly zone: string
  readonly onDrop: (appointment: Appointment, column: Column, minutes: number) => void
}

interface Held {
  readonly appointment: Appointment
  readonly length: number
  readonly x: number
  readonly y: number
  /** How far below the top it was taken, in pixels. */
  readonly below: number
}

export type Drag = ReturnType<typeof useDrag>

/** Nearer than this to where it was taken, it is a click. */
const slack = 5
const edge = 50

/** Dragging with a mouse or a pen; fingers scroll, and have the form. */
export function useDrag({ grid, columns, hours, zone, onDrop }: Parts) {
  const [held, setHeld] = useState<Held>()
  const [target, setTarget] = useState<Target>()
  const droppedAt = useRef(-Infinity)

  const targetAt = ({ appointment, length, below }: Held, x: number, y: number) => {
    for (const element of grid.current?.querySelectorAll<HTMLElement>('[data-column]') ?? []) {
      const box = element.querySelector('.day-body')!.getBoundingClientRect()
      const column = columns.find(({ key }) => key === element.dataset['column'])
      if (!column || x < box.left || x > box.right) continue
      const minute = hours.from + ((y - below - box.top) / box.height) * (hours.to - hours.from)
      return { appointment, length, column, minutes: snapped(minute, length, hours) }
    }
    return undefined
  }

  const move = useEffectEvent((held: Held, { clientX: x, clientY: y }: MouseEvent) => {
    if (!target && Math.hypot(x - held.x, y - held.y) < slack) return
    if (y < edge || y > window.innerHeight - edge) window.scrollBy(0, y < edge ? -16 : 16)
    setTarget(targetAt(held, x, y) ?? target)
  })

  const end = useEffectEvent(() => {
    setHeld(undefined)
    setTarget(undefined)
  })

  const drop = useEffectEvent((held: Held, event: MouseEvent) => {
    setHeld(undefined)
    setTarget(undefined)
    if (!target) return
    droppedAt.current = event.timeStamp
    const { appointment, column, minutes } = targetAt(held, event.clientX, event.clientY) ?? target
    const was = localTime(appointment.start, zone)
    const isMoved =
      was.day !== column.day || was.minutes !== minutes || appointment.vetId !== column.vetId
    if (isMoved) onDrop(appointment, column, minutes)
  })

  useEffect(() => {
    if (!held) return
    const over = new AbortController()
    const { signal } = over
    window.addEventListener('pointermove', (event) => move(held, event), { signal })
    window.addEventListener('pointerup', (event) => drop(held, event), { signal })
    window.addEventListener('pointercancel', () => end(), { signal })
    window.addEventListener('keydown', ({ key }) => key === 'Escape' && end(), { signal })
    return () => over.abort()
  }, [held])

  return {
    target,
    begin(event: PointerEvent, appointment: Appointment, length: number): void {
      if (event.button !== 0 || event.pointerType === 'touch') return
      const { top } = event.currentTarget.getBoundingClientRect()
      const { clientX: x, clientY: y } = event
      setHeld({ appointment, length, x, y, below: y - top })
    },
    /** The click that follows a drop belongs to the drop. */
    isPartOfDrop: (click: { readonly timeStamp: number }) =>
      click.timeStamp - droppedAt.current < 300,
  }
}
