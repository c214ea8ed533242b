import { useEffect, useRef } from 'react'
import { NavLink, useLocation } from 'react-router'

export interface Tab {
  readonly to: string
  readonly text: string
}

/** The pages of one area, next to each other. On narrow screens the row scrolls. */
export function Tabs({ label, tabs }: { label: string; tabs: readonly Tab[] }) {
  const row = useRef<HTMLElement>(null)
  const { pathname } = useLocation()

  useEffect(() => {
    const element = row.current!
    const shown = element.children[tabs.findIndex(({ to }) => pathname.startsWith(to))]
    if (!(shown instanceof HTMLElement)) return
    // The browser's own scrolling into view would scroll the page, too. A phone that is turned counts as well.
    const watcher = new ResizeObserver(() => {
      element.scrollLeft = shown.offsetLeft - element.clientWidth / 3
    })
    watcher.observe(element)
    return () => watcher.disconnect()
  }, [tabs, pathname])

  return (
    <nav className="tabs" aria-label={label} ref={row}>
      {tabs.map(({ to, text }) => (
        <NavLink key={to} to={to} className="tab">
          {text}
        </NavLink>
      ))}
    </nav>
  )
}
