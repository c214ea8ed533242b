/** How the load goes over time. */
export const shapes = ['steady', 'spike', 'soak'] as const

export type Shape = (typeof shapes)[number]

/** A part of the time in which load is made. */
export interface Phase {
  readonly name: string
  readonly seconds: number
  /** How many times the usual rate. */
  readonly times: number
}

/**
 * Everybody signs in when they first do something, which is the dearest that a server does, so they do not come all
 * at once. At a quarter of the rate 80 s are enough for all whom the rate needs at their usual pace, who are at one
 * thing for 18 s; in less time some come later.
 */
const openingOf = (seconds: number): Phase => ({
  name: 'opening',
  seconds: Math.min(seconds / 5, 80),
  times: 1 / 4,
})

/**
 * The parts of a scenario, one after the other. A soak's beginning is after a while, for it is compared with its end.
 *
 * @param seconds of all of them
 * @param times how much more a spike is than usual
 */
export function phasesOf(shape: Shape, seconds: number, times: number): readonly Phase[] {
  const opening = openingOf(seconds)
  const part = (name: string, share: number, times = 1) => ({
    name,
    seconds: (seconds - opening.seconds) * share,
    times,
  })
  switch (shape) {
    case 'steady':
      return [opening, part('steady', 1)]
    case 'spike':
      return [opening, part('before', 0.4), part('spike', 0.2, times), part('after', 0.4)]
    case 'soak':
      return [
        opening,
        part('warming up', 0.1),
        part('beginning', 0.15),
        part('middle', 0.6),
        part('end', 0.15),
      ]
  }
}

/** The part that a moment lies in; what is still asked for after the last one belongs to it. */
export function phaseAt(phases: readonly Phase[], elapsedSeconds: number): string {
  let until = 0
  for (const { name, seconds } of phases) {
    until += seconds
    if (elapsedSeconds < until) return name
  }
  return phases.at(-1)!.name
}
