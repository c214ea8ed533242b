import { type RefObject, useEffect } from 'react'

/** Lets the arrow keys go through the times of a calendar, each of which says where it is. */
export function useArrows(grid: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = grid.current
    element?.addEventListener('keydown', walk)
    return () => element?.removeEventListener('keydown', walk)
  }, [grid])
}

/** Up and down within a column, left and right to the one beside it. */
function walk(event: KeyboardEvent): void {
  const here = (event.target as HTMLElement).closest<HTMLElement>('[data-at]')
  const column = here?.closest<HTMLElement>('[data-column]')
  if (!here || !column) return
  const items = (within: Element | null | undefined) =>
    [...(within?.querySelectorAll<HTMLElement>('[data-at]') ?? [])].sort((a, b) => at(a) - at(b))
  const nearest = (within: Element | null) =>
    items(within).sort((a, b) => Math.abs(at(a) - at(here)) - Math.abs(at(b) - at(here)))[0]
  const own = items(column)
  const index = own.indexOf(here)
  const next = {
    ArrowDown: () => own[index + 1],
    ArrowUp: () => own[index - 1],
    ArrowRight: () => nearest(column.nextElementSibling),
    ArrowLeft: () => nearest(column.previousElementSibling),
    Home: () => own[0],
    End: () => own.at(-1),
  }[event.key]
  if (!next) return
  event.preventDefault()
  next()?.focus()
}

const at = (element: HTMLElement) => Number(element.dataset['at'])
