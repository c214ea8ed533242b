import { opposite, type Side } from '@strangler/core'

const parts = [
  'proxy',
  'worker',
  'patient service',
  'monolith',
  'legacy database',
  'patient database',
  'control database',
] as const

const stackParts = ['kafka', 'connect', 'redis'] as const

export type ChangeLog = 'pgoutput' | 'debezium'
export type PartName = (typeof parts)[number] | (typeof stackParts)[number]

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

export interface Choice {
  readonly log: ChangeLog
  /** All deaths, or the share with this number, which comes round. */
  readonly which: 'all' | number
}

/**
 * All deaths on a log, or a share that fits a run of all tests: on `pgoutput` an eighth; on Debezium, where each death
 * takes longer, a fifteenth. In each share each part dies in both directions; all shares together are all deaths.
 */
export function cellsOf({ log, which }: Choice): Cell[] {
  const dying = log === 'debezium' ? [...parts, ...stackParts] : parts
  const shares = log === 'debezium' ? 15 : 8
  return (['extracted', 'legacy'] as const).flatMap((to, direction) =>
    stepsTo(to).flatMap((step, row) =>
      dying.flatMap((part, column) => {
        const share = (row + column + 2 * direction) % shares
        return which === 'all' || share === which % shares ? [{ part, step, to }] : []
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
