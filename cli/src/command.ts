import type { Command } from 'commander'
import type { Context } from './context.ts'

/** What a command file gives its action to: it runs it with a context, and turns failures into exit codes. */
export type Act = <Arguments extends unknown[]>(
  action: (context: Context, ...given: Arguments) => Promise<void>,
) => (...given: Arguments) => Promise<void>

/** Adds a command to the program. One file each, under `commands/`. */
export type Declare = (program: Command, act: Act) => void
