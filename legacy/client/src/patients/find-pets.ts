import type { Client } from '../api/client.ts'
import { searchPets } from '../api/patients.ts'
import type { Choice } from '../ui/combobox.tsx'

/** Pets for a box to choose one in: by name, species, microchip or colour. */
export async function findPets(
  client: Client,
  text: string,
  signal: AbortSignal,
): Promise<Choice[]> {
  const { results } = await searchPets(client, { text, limit: 8 }, signal)
  return results.map(({ id, name, species_code, owner_name, microchip }) => ({
    id: String(id),
    text: name,
    detail: [species_code, owner_name, microchip].filter(Boolean).join(' · '),
  }))
}
