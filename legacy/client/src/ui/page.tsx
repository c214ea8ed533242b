import { type ReactNode, useEffect } from 'react'

interface PageProps {
  /** In the browser's tab, and on top unless `heading` is something else. */
  readonly title: string
  readonly heading?: ReactNode
  readonly subtitle?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
}

export function Page({ title, heading, subtitle, actions, children }: PageProps) {
  useTitle(title)
  return (
    <>
      <header className="page-head">
        <div>
          {heading ?? <h1>{title}</h1>}
          {subtitle !== undefined && <p className="subtitle">{subtitle}</p>}
        </div>
        {actions !== undefined && <div className="page-actions">{actions}</div>}
      </header>
      {children}
    </>
  )
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · PetSphere`
  }, [title])
}
