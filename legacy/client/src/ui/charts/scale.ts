/** Where a chart's axis ends, and the lines across it from the bottom up: round numbers. */
export function scaleFor(most: number): { top: number; lines: readonly number[] } {
  if (!(most > 0)) return { top: 1, lines: [0, 1] }
  const step = roundStep(most / 4)
  const count = Math.ceil(most / step)
  return { top: count * step, lines: Array.from({ length: count + 1 }, (_, line) => line * step) }
}

/** 1, 2 or 5 times a power of ten, the next one up. Nobody comes by halves: it is at least 1. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)))
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least)!
}
