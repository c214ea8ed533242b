import { CoreError } from '@strangler/core'
import { Command, CommanderError, Option } from 'commander'
import type { Act } from './command.ts'
import { declareAbort } from './commands/abort.ts'
import { declareDeadLetters } from './commands/dead-letters.ts'
import { declareHistory } from './commands/history.ts'
import { declareInit } from './commands/init.ts'
import { declareObserve } from './commands/observe.ts'
import { declarePlan } from './commands/plan.ts'
import { declareProxy, declareWorker } from './commands/processes.ts'
import { declareShift } from './commands/shift.ts'
import { declareStatus } from './commands/status.ts'
import { declareSwitch } from './commands/switch.ts'
import { declareSync } from './commands/sync.ts'
import { declareVerify } from './commands/verify.ts'
import { createContext } from './context.ts'
import { findEnvironment } from './environment.ts'
import { CliError, exitCodes } from './errors.ts'
import { createOutput, type Output } from './output/output.ts'

interface Common {
  readonly plan: string
  readonly json?: boolean
}

const program = new Command('strangler')
  .description('Takes a live monolith apart, one slice at a time, with a way back at every step.')
  .showHelpAfterError('(strangler help COMMAND shows how it is used)')
  .exitOverride()
  .configureHelp({ showGlobalOptions: true })
  .addOption(new Option('--plan <file>', 'the plan').default('migration.plan.ts'))
  .option('--json', 'print one JSON document instead of text')

const act: Act =
  (action) =>
  async (...given) => {
    const { plan, json = false } = program.opts<Common>()
    const isNamed = program.getOptionValueSource('plan') === 'cli'
    const output = createOutput(process, {
      isJson: json,
      useColour: useColour(),
      plan: isNamed ? plan : undefined,
    })
    await using opened = new AsyncDisposableStack()
    try {
      const environment = findEnvironment(process.env, process.cwd())
      await action(createContext(environment, output, plan, opened), ...given)
    } catch (error) {
      report(output, error)
    }
  }

function useColour(): boolean {
  const { NO_COLOR, FORCE_COLOR } = process.env
  if (FORCE_COLOR && FORCE_COLOR !== '0') return true
  const isTerminal = process.stdout.isTTY as boolean | undefined // Not there on a pipe or a file.
  return !NO_COLOR && isTerminal === true
}

function report(output: Output, error: unknown): void {
  const known = error instanceof CliError || error instanceof CoreError
  const { message, code = 'UNEXPECTED', details = {} } = error as Partial<CliError>
  process.exitCode = error instanceof CliError ? error.exit : exitOf(code)
  if (output.isJson) return output.result({ error: { ...details, code, message } })
  const text = known ? message : ((error as Error).stack ?? String(error))
  process.stderr.write(`${output.colours.red('error:')} ${text}\n`)
}

function exitOf(code: string): number {
  if (code === 'WRONG_PLAN' || code === 'MISSING_SETTING') return exitCodes.usage
  return code === 'FLAGS_UNREACHABLE' ? exitCodes.unreachable : exitCodes.unexpected
}

for (const declare of [
  declareInit,
  declareProxy,
  declareWorker,
  declarePlan,
  declareStatus,
  declareHistory,
  declareObserve,
  declareSync,
  declareVerify,
  declareShift,
  declareSwitch,
  declareDeadLetters,
  declareAbort,
]) {
  declare(program, act)
}

// Whoever started it for this terminal was killed: a worker or a proxy must not stay behind unseen.
if (process.channel) {
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  process.channel.unref()
}
// As with "strangler status | head".
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
}
