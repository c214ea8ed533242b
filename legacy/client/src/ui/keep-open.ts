import { createContext, useContext, useEffect } from 'react'

/** A dialog tells by it how it can be kept from closing; outside of dialogs it does nothing. */
export const KeepOpenContext = createContext<(isKept: boolean) => void>(() => {})

/**
 * Keeps the dialog around open while something is being sent: if that fails, what was typed is still
 * there, and nobody takes a closed dialog for a change that was called off.
 */
export function useKeepOpen(isKept: boolean): void {
  const keep = useContext(KeepOpenContext)
  useEffect(() => {
    keep(isKept)
    return () => keep(false)
  }, [keep, isKept])
}
