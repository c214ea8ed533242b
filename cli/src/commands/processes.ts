import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Declare } from '../command.ts'
import type { Context } from '../context.ts'

export const declareProxy: Declare = (program, act) => {
  program
    .command('proxy')
    .description('run the proxy in front of the monolith (settings: docs/settings.md)')
    .action(act((context) => run(context, '@strangler/proxy/main')))
}

export const declareWorker: Declare = (program, act) => {
  program
    .command('worker')
    .description('run the worker: streams, verification, switches; a second one stands by')
    .action(act((context) => run(context, '@strangler/cdc/main')))
}

/** A process of its own, in this one's place: signals go to it, and its exit code is passed on. */
async function run({ environment, planFile }: Context, entry: string): Promise<void> {
  const main = fileURLToPath(import.meta.resolve(entry))
  const child = spawn(process.execPath, [main, '--plan', planFile], {
    stdio: 'inherit',
    env: environment,
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => child.kill(signal))
  }
  const [code] = (await once(child, 'exit')) as [number | null]
  process.exitCode = code ?? 1
}
