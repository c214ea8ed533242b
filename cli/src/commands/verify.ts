import type { Declare } from '../command.ts'
import { needSlice } from '../context.ts'
import { carryOut } from '../requests/follow.ts'

export const declareVerify: Declare = (program, act) => {
  program
    .command('verify')
    .argument('<slice>')
    .description('compare all rows of both sides: a certificate, or the keys that differ')
    .action(
      act(async (context, slice: string) => {
        const { output } = context
        await needSlice(context, slice)
        const wanted = { kind: 'verify', slices: [slice], arguments: {} } as const
        const result = await carryOut(context, wanted, 'detach')
        output.result(result)
        output.line(result.message)
        output.hint('strangler status')
      }),
    )
}
