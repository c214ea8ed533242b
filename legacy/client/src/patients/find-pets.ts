import type { Client } from '../api/client.ts'
import { searchPets, type Species } from '../api/patients.ts'
import type { Choice } from '../ui/combobox.tsx'
import { speciesName } from './words.ts'

/** Pets for a box to choose one in: by name, species, microchip or colour. */
export async function findPets(
  client: Client,
  text: string,
  signal: AbortSignal,
  species: readonly Species[] | undefined,
): Promise<Choice[]> {
  const { results } = await searchPets(client, { text, limit: 8 }, signal)
  return results.map(({ id, name, species_code, owner_name, microchip }) => ({
    id: String(id),
    text: name,
    detail: [speciesName(species_code, species), owner_name, microchip].filter(Boolean).join(' · '),
  }))
}
