import { opposite, type Side } from '@strangler/core'

export const parts = [
  'proxy',
  'worker',
  'patient service',
  'monolith',
  'legacy database',
  'patient database',
  'control database',
] as const

export type PartName = (typeof parts)[number]

/** One death: of which part, before which step, while the slice goes to which side. */
export interface Cell {
  readonly part: PartName
  readonly step: string
  readonly to: Side
}

/** The steps of a switch, by the names under which a request may be paused before them. */
export function stepsTo(to: Side): string[] {
  const from = opposite(to)
  return [
    'record begin',
    'hold',
    'record advance from holding',
    `fence ${from}`,
    'record advance from fencing',
    `barrier ${from}`,
    `drain ${to}`,
    'record advance from draining',
    `sequences ${to}`,
    'record advance from sequencing',
    `stage ${to}`,
    'record journal',
    `commit ${to}`,
    `open ${to}`,
    'record settle',
  ]
}

/**
 * All deaths; or half of them, in which each part still dies before each step, and each step is met by deaths in
 * both directions.
 */
export function allCells(howMany: 'all' | 'half'): Cell[] {
  return (['extracted', 'legacy'] as const).flatMap((to, direction) =>
    stepsTo(to).flatMap((step, row) =>
      parts.flatMap((part, column) => {
        const isLeftOut = howMany === 'half' && (row + column + direction) % 2 === 1
        return isLeftOut ? [] : [{ part, step, to }]
      }),
    ),
  )
}

/** The next death that begins where the slice is, of a part that has lived for long. */
export function takeNext(
  cells: Cell[],
  owner: Side,
  lately: readonly PartName[],
): Cell | undefined {
  const age = ({ part }: Cell) => lately.lastIndexOf(part)
  const [next] = cells.filter(({ to }) => to !== owner).sort((a, b) => age(a) - age(b))
  if (next) cells.splice(cells.indexOf(next), 1)
  return next
}
