import { transact } from '../database/transaction.ts'
import { integerKey } from '../http/keys.ts'
import { conflict, invalid } from '../http/refusal.ts'
import type { Call } from '../http/route.ts'
import { fill } from '../reading/form.ts'
import { largestId, wholeNumber } from '../reading/numbers.ts'
import { describeOne, requireVisible } from './animal.ts'

/** Two animals get each other's chip number. As numbers are unique, one has none for a moment. */
export async function swapChips({ req, res, caller, pool }: Call): Promise<void> {
  const one = integerKey(req, 'id', 'pet')
  const { withPetId: other } = fill({ withPetId: wholeNumber(1, largestId) }, req.body)
  if (one === other) throw invalid([{ field: 'withPetId', message: 'must be another pet' }])
  const pets = await transact(pool, caller.email, async (tx) => {
    // Always the lower one first, so that two swaps of the same animals take turns.
    const chips = new Map<number, string | null>()
    for (const key of [one, other].sort((a, b) => a - b)) {
      chips.set(key, (await requireVisible(tx, caller, key, 'lock')).chip)
    }
    if ([...chips.values()].every((chip) => chip === null)) {
      throw conflict('NO_MICROCHIP', 'Neither pet has a microchip')
    }
    const setChip = (key: number, chip: string | null | undefined) =>
      tx.query('update animals set chip_number = $2 where animal_id = $1', [key, chip])
    await setChip(one, null)
    await setChip(other, chips.get(one))
    await setChip(one, chips.get(other))
    return [await describeOne(tx, caller, one), await describeOne(tx, caller, other)]
  })
  res.json({ pets })
}
