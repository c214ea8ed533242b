import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startStack, type Stack, type StackOptions, type StackPart } from '../stack/stack.ts'
import { Supervisor } from '../system/supervisor.ts'

export interface OwnStack extends Stack, AsyncDisposable {
  /** What was said about parts that died and came back. */
  readonly said: readonly string[]
  /** The part's process id of this moment; undefined while it is down. */
  pid(part: StackPart): number | undefined
  /** Ends a part's process as a crash does; the supervisor starts it again. */
  kill(part: StackPart): void
}

/** A stack of one test, for tests that break it: in a folder of its own, thrown away with everything in it. */
export async function startOwnStack(
  options: Pick<StackOptions, 'parts' | 'plugins'> = {},
): Promise<OwnStack> {
  await using opened = new AsyncDisposableStack()
  const dataDir = mkdtempSync(join(tmpdir(), 'strangler-stack-'))
  opened.defer(() => rmSync(dataDir, { recursive: true, force: true }))
  const said: string[] = []
  const say = (line: string) => void said.push(line)
  const supervisor = opened.use(new Supervisor({ say, firstPauseMs: 10 }))
  const stack = await startStack({ ...options, dataDir, supervisor, say })
  const pid = (part: StackPart) => supervisor.running(part)?.process.pid
  const closing = opened.move()
  return {
    ...stack,
    said,
    pid,
    kill(part) {
      const running = pid(part)
      if (running === undefined) throw new Error(`${part} is not running.`)
      process.kill(running, 'SIGKILL')
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}
