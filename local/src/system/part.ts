import type { ChildProcess } from 'node:child_process'

/** A program that the system consists of. */
export interface Part {
  readonly name: string
  /**
   * Starts it; resolves once it does its work.
   *
   * @param onProcess learns of the process before that, so that it is ended also when it is orphaned at its start.
   */
  start(onProcess?: (child: ChildProcess) => void): Promise<RunningPart>
}

export interface RunningPart {
  readonly process: ChildProcess
  /** Asks it to end, and resolves when it has. */
  stop(): Promise<void>
}

export function hasExited({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}

/** For a person: the signal or the exit code that a program ended with. */
export function howItEnded({ exitCode, signalCode }: ChildProcess): string {
  return signalCode ?? `exit code ${exitCode}`
}
