import type { ReactNode } from 'react'

export type Tone = 'green' | 'blue' | 'amber' | 'red' | 'grey'

export function Badge({ tone, children }: { tone: Tone; children: ReactNode }) {
  return <span className={`badge ${tone}`}>{children}</span>
}
