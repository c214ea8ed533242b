import { LoadError, readStatus, strangler } from './strangler.ts'

/** @throws LoadError that says how to start it, when nothing answers there. */
export async function needSystem(baseUrl: string): Promise<void> {
  const start = `Start PetSphere with "npm start" in another terminal, or say where its proxy is with BASE_URL.`
  let status: number
  try {
    const url = new URL('/api/roles', baseUrl)
    status = (await fetch(url, { signal: AbortSignal.timeout(5000) })).status
  } catch (cause) {
    const { message, cause: reason } = cause as Error
    const why = reason instanceof Error ? reason.message : message
    throw new LoadError(`Nothing answers at ${baseUrl} (${why}). ${start}`, { cause })
  }
  if (status >= 500) throw new LoadError(`PetSphere at ${baseUrl} answers ${status}. ${start}`)
}

/**
 * Makes a slice ready to be switched: synced and freshly verified.
 *
 * @returns who owns it.
 */
export async function readySlice(
  slice: string,
  say: (line: string) => void,
): Promise<'legacy' | 'extracted'> {
  const { slices, worker } = await readStatus()
  const found = slices.find((one) => one.slice === slice)
  if (!found) throw new LoadError(`There is no slice "${slice}": no worker has run on its plan.`)
  if (!worker?.live) {
    throw new LoadError('No worker runs, so nothing can be switched. Start one: strangler worker')
  }
  if (found.sync === 'streaming') {
    say(`Verifying ${slice}, as a switch wants a fresh certificate.`)
    say(lastLine(await strangler('verify', slice)))
  } else {
    say(`${slice} is not in step (${found.sync}): syncing it first.`)
    say(lastLine(await strangler('sync', 'start', slice)))
  }
  return found.owner
}

/** What a command said last, apart from what to type next. */
export function lastLine(said: string): string {
  const lines = said.split('\n').filter((line) => line && !line.startsWith('next:'))
  return lines.find((line) => /^Slice|^".*side/.test(line)) ?? lines.at(-1) ?? ''
}
