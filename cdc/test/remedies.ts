import type { TestPostgres } from '@strangler/local/testing'
import { expect, vi } from 'vitest'
import { inLegacy, inService, library } from './library.ts'
import { createStand, patience, type Stand, texts } from './stand.ts'

/** A slice in step, with fifty books. */
export async function synced(postgres: TestPostgres): Promise<Stand> {
  await using opened = new AsyncDisposableStack()
  const stand = opened.use(await createStand(postgres, library))
  await stand.legacy.app.query(
    "insert into shelves values (1, 'attic', 1); insert into books (shelf, title) select 1, 'one' from generate_series(1, 50)",
  )
  stand.startWorker()
  await stand.done('sync-start')
  opened.move()
  return stand
}

/** Waits until the forward stream has stopped, and says why. */
export function stopped(stand: Stand): Promise<string> {
  return vi.waitFor(async () => {
    const report = await stand.stream('forward')
    expect(report).toMatchObject({ state: 'stopped' })
    return String(report!.detail['why'])
  }, patience)
}

/** Does what a message tells a person to do, as it stands there. */
export async function follow(stand: Stand, message: string): Promise<void> {
  const commands = [...message.matchAll(/"strangler ([^"]+)"/g)].map(([, command]) => command!)
  expect(commands.length).toBeGreaterThan(0)
  for (const command of commands) {
    if (command === `sync stop ${stand.slice} --drop`) await stand.done('sync-stop', { drop: true })
    else if (command === `sync start ${stand.slice}`) await stand.done('sync-start')
    else throw new Error(`nobody knows how to run: strangler ${command}`)
  }
}

export const writeMeanwhile = ({ legacy }: Stand) =>
  legacy.app.query("insert into books (shelf, title) values (1, 'meanwhile')")

export async function isEqual({ legacy, service }: Stand, books = 51): Promise<void> {
  const there = await texts(service, inService)
  expect(there).toEqual(await texts(legacy, inLegacy))
  expect(there.flat().filter((text) => text === 'book')).toHaveLength(books)
}
