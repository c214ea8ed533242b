import { useApi } from '../api/context.tsx'
import type { ItemPage } from '../api/inventory.ts'
import type { Choice } from '../ui/combobox.tsx'
import { quantity } from './words.ts'

/** What a clinic keeps in stock, for a box to choose from. */
export function useItemSearch() {
  const { client } = useApi()
  return async (text: string, signal: AbortSignal): Promise<readonly Choice[]> => {
    const query = { q: text, size: 8 }
    const answer = await client.send('GET', '/inventory', { query, signal })
    const { items } = (await answer.json()) as ItemPage
    return items.map(({ id, name, sku, onHand, unit }) => ({
      id: String(id),
      text: name,
      detail: `${sku} · ${quantity(onHand)} ${unit} on hand`,
    }))
  }
}
