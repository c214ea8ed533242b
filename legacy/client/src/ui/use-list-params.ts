import { useCallback } from 'react'
import { useSearchParams } from 'react-router'

/**
 * What a list shows, kept in the address, so that the way back leads to the same list. A change of
 * anything but the page leads to the first page.
 */
export function useListParams() {
  const [params, setParams] = useSearchParams()
  const change = useCallback(
    (changes: Readonly<Record<string, string | number | null>>) =>
      setParams(
        (before) => {
          const after = new URLSearchParams(before)
          if (!('page' in changes)) after.delete('page')
          for (const [name, value] of Object.entries(changes)) {
            if (value === null || value === '') after.delete(name)
            else after.set(name, String(value))
          }
          return after
        },
        { replace: !('page' in changes), preventScrollReset: !('page' in changes) },
      ),
    [setParams],
  )
  const page = Number(params.get('page'))
  return {
    text: (name: string) => params.get(name) ?? '',
    page: Number.isInteger(page) && page >= 1 && page <= 100_000 ? page : 1,
    change,
  }
}
