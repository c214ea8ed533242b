import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** Runs one of the small programs, and reads the JSON that it prints. */
export async function runProgram<Answer>(name: string, args: readonly string[]): Promise<Answer> {
  const file = fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [file, ...args])
  return JSON.parse(stdout) as Answer
}
