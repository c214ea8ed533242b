import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { programPath } from './image.ts'
import type { Placed, Runner } from './placed.ts'
import { ownCommand } from './runners/node.ts'

/** Runs a service's healthcheck, as the file has it, within the time that the file gives it. */
export async function isHealthy(
  placed: Placed,
  test: readonly string[],
  timeoutMs: number,
  runner: Runner,
): Promise<boolean> {
  const [how, first, ...rest] = test
  if (how !== 'CMD' || first === undefined) throw new Error(`${placed.name}: healthcheck ${how}?`)
  const program = (await runner.programs?.(first)) ?? [first]
  const isOwn = first === 'node' && placed.image !== undefined
  const { executable, command, env } = isOwn
    ? ownCommand(placed, [...program, ...rest])
    : {
        executable: program[0]!,
        command: [...program.slice(1), ...rest],
        env: { PATH: programPath(), ...placed.environment },
      }
  return promisify(execFile)(executable, command, { env, timeout: timeoutMs }).then(
    () => true,
    () => false,
  )
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** `1m30s` and the like. */
export function milliseconds(duration: string): number {
  return [...duration.matchAll(/([\d.]+)(ms|s|m|h)/g)].reduce(
    (sum, [, number, unit]) => sum + Number(number) * units[unit!]!,
    0,
  )
}
