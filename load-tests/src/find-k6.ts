import { execFileSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

export const howToGetK6 = `k6 is not installed here. Get it
  from its packages:  https://grafana.com/docs/k6/latest/set-up/install-k6/
  or with Go:         go install go.k6.io/k6@v1.8.1
or say where it is with K6_PATH.`

/** Where k6 is: what K6_PATH says, else in PATH, else where `go install` puts it. */
export function findK6(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const { K6_PATH, PATH = '' } = environment
  if (K6_PATH) return isProgram(K6_PATH) ? K6_PATH : undefined
  const folders = [...PATH.split(delimiter).filter(Boolean), ...goFolders(environment)]
  return folders.map((folder) => join(folder, 'k6')).find(isProgram)
}

function goFolders(environment: NodeJS.ProcessEnv): string[] {
  try {
    const go = (name: string) =>
      execFileSync('go', ['env', name], { env: environment, encoding: 'utf8' }).trim()
    return [
      go('GOBIN'),
      ...go('GOPATH')
        .split(delimiter)
        .map((path) => join(path, 'bin')),
    ].filter(Boolean)
  } catch {
    return [join(homedir(), 'go/bin')] // No Go here any more; what it made may still be.
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
