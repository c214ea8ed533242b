import type { CSSProperties } from 'react'

export interface Bar {
  readonly name: string
  readonly amount: number
  /** The amount as it is read. */
  readonly text: string
}

/** Amounts next to each other, longest first: every bar says its name and amount, so it needs no table. */
export function BarList({ bars }: { bars: readonly Bar[] }) {
  const most = Math.max(...bars.map(({ amount }) => amount), 0) || 1
  return (
    <ul className="bar-list">
      {bars.map(({ name, amount, text }) => (
        <li key={name} style={{ '--share': Math.max(0, amount) / most } as CSSProperties}>
          <span>{name}</span>
          <b>{text}</b>
        </li>
      ))}
    </ul>
  )
}
