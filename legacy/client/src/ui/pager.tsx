import type { ReactNode } from 'react'
import { Button } from './button.tsx'

interface PagerProps {
  readonly page: number
  readonly size: number
  readonly total: number
  readonly onPage: (page: number) => void
}

/** Where one is in a long list, and the way to its other pages. */
export function Pager({ page, size, total, onPage }: PagerProps) {
  const pages = Math.ceil(total / size)
  const first = Math.min(total, (page - 1) * size + 1)
  const last = Math.min(total, page * size)
  return (
    <Pages page={page} pages={pages} onPage={onPage}>
      {first.toLocaleString('en-GB')}–{last.toLocaleString('en-GB')} of{' '}
      {total.toLocaleString('en-GB')}
    </Pages>
  )
}

interface PagesProps {
  readonly page: number
  readonly pages: number
  readonly onPage: (page: number) => void
  /** Where one is. */
  readonly children: ReactNode
}

/** The way to the other pages of a list, of which the server does not say how long it is. */
export function Pages({ page, pages, onPage, children }: PagesProps) {
  return (
    <nav className="pager" aria-label="Pages">
      <span>{children}</span>
      {pages > 1 && (
        <span className="pager-buttons">
          <Button size="small" icon="left" disabled={page <= 1} onClick={() => onPage(page - 1)}>
            Previous
          </Button>
          <Button size="small" disabled={page >= pages} onClick={() => onPage(page + 1)}>
            Next
          </Button>
        </span>
      )}
    </nav>
  )
}
