/** One line of a Dockerfile. */
export type Instruction =
  | {
      readonly kind: 'copy'
      readonly from?: string
      readonly owner?: string
      readonly sources: string[]
      readonly to: string
    }
  | { readonly kind: 'run'; readonly command: string }
  | { readonly kind: 'workdir'; readonly path: string }
  | { readonly kind: 'env'; readonly name: string; readonly value: string }
  | { readonly kind: 'user'; readonly name: string }
  | { readonly kind: 'command'; readonly command: string[] }
  | { readonly kind: 'expose' }

export interface Stage {
  readonly name: string
  /** An earlier stage, or an image. */
  readonly from: string
  readonly instructions: readonly Instruction[]
}

/** Reads as much of the language as our file uses. @throws Error at anything else. */
export function parseDockerfile(text: string): Stage[] {
  const stages: { name: string; from: string; instructions: Instruction[] }[] = []
  for (const line of joinLines(text)) {
    const [, word = '', rest = ''] = /^(\w+)\s+(.*)$/s.exec(line) ?? []
    if (word === 'FROM') {
      const [, from = '', name = String(stages.length)] =
        /^(\S+)(?:\s+AS\s+(\S+))?$/.exec(rest) ?? []
      stages.push({ name, from, instructions: [] })
    } else {
      stages.at(-1)!.instructions.push(parseInstruction(word, rest))
    }
  }
  return stages
}

function joinLines(text: string): string[] {
  return text
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
}

function parseInstruction(word: string, rest: string): Instruction {
  switch (word) {
    case 'COPY': {
      const words = rest.split(/\s+/)
      const paths = words.filter((each) => !each.startsWith('--'))
      const option = (name: string) =>
        words.find((each) => each.startsWith(`--${name}=`))?.slice(name.length + 3)
      const [from, owner] = [option('from'), option('chown')?.split(':')[0]]
      const sources = paths.slice(0, -1)
      return {
        kind: 'copy',
        sources,
        to: paths.at(-1)!,
        ...(from !== undefined && { from }),
        ...(owner !== undefined && { owner }),
      }
    }
    case 'RUN':
      return { kind: 'run', command: rest }
    case 'WORKDIR':
      return { kind: 'workdir', path: rest }
    case 'ENV': {
      const [name, value] = rest.split('=', 2)
      return { kind: 'env', name: name!, value: value! }
    }
    case 'USER':
      return { kind: 'user', name: rest }
    case 'CMD':
      return { kind: 'command', command: JSON.parse(rest) as string[] }
    case 'EXPOSE':
      return { kind: 'expose' }
    default:
      throw new Error(`Dockerfile: ${word} is not understood here.`)
  }
}
