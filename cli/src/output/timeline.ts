/** The steps of a switch, each with its time since the attempt began, as the worker tells them. */
export type Timeline = readonly { readonly step: string; readonly atMs: number }[]

/** What a step's first word stands for. What is not here is bookkeeping. */
const texts: Readonly<Record<string, (side: string) => string>> = {
  hold: () => 'hold writes at every proxy, let those under way finish',
  fence: (side) => `fence the ${side} database`,
  barrier: (side) => `send a barrier from ${side}`,
  drain: (side) => `wait until ${side} has applied it, verify what changed`,
  sequences: (side) => `raise sequences in ${side}`,
  stage: (side) => `prepare the opening of ${side}`,
  'record journal': () => 'write the journal: from here on only forward',
  commit: (side) => `open ${side}`,
}

/** How long each step of a switch took, a line each. */
export function showTimeline(timeline: Timeline = []): string[] {
  return timeline.flatMap(({ step, atMs }, at) => {
    const [word = '', side = ''] = step.split(' ')
    const text = (texts[step] ?? texts[word])?.(side)
    const endMs = timeline[at + 1]?.atMs ?? atMs
    return text === undefined ? [] : [`${String(endMs - atMs).padStart(6)} ms  ${text}`]
  })
}
