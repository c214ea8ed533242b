import { Button } from './button.tsx'

interface PagerProps {
  readonly page: number
  readonly size: number
  readonly total: number
  readonly onPage: (page: number) => void
}

/** Where one is in a long list, and the way to its other pages. */
export function Pager({ page, size, total, onPage }: PagerProps) {
  const pages = Math.max(1, Math.ceil(total / size))
  const first = Math.min(total, (page - 1) * size + 1)
  const last = Math.min(total, page * size)
  return (
    <nav className="pager" aria-label="Pages">
      <span>
        {first.toLocaleString('en-GB')}–{last.toLocaleString('en-GB')} of{' '}
        {total.toLocaleString('en-GB')}
      </span>
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
