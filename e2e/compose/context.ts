import { readFileSync } from 'node:fs'
import { matchesGlob } from 'node:path'

/** Says of a path, relative to the build's context, whether `.dockerignore` keeps it out. */
export function readDockerignore(file: string): (path: string) => boolean {
  const patterns = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  if (patterns.some((pattern) => pattern.startsWith('!'))) {
    throw new Error('Exceptions of .dockerignore are not understood here.')
  }
  return (path) => {
    const parts = path.split('/')
    return parts.some((_, index) => {
      const folder = parts.slice(0, index + 1).join('/')
      return patterns.some((pattern) => matchesGlob(folder, pattern))
    })
  }
}
