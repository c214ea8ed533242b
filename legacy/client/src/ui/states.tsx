import type { ReactNode } from 'react'
import type { Resource } from '../api/context.tsx'
import type { ApiError } from '../api/errors.ts'
import { Button } from './button.tsx'
import { Icon, type IconName } from './icon.tsx'

export function Notice({ tone, children }: { tone: 'danger' | 'info'; children: ReactNode }) {
  return (
    <div className={`notice ${tone}`} role={tone === 'danger' ? 'alert' : 'status'}>
      <Icon name="alert" size={18} />
      <span>{children}</span>
    </div>
  )
}

/** Grey lines where something will be. */
function Loading({ what, lines = 6 }: { what: string; lines?: number }) {
  return (
    <div className="loading" role="status" aria-label={`Loading ${what}`}>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} className="bone" />
      ))}
    </div>
  )
}

interface EmptyProps {
  readonly icon: IconName
  readonly title: string
  readonly children?: ReactNode
}

export function Empty({ icon, title, children }: EmptyProps) {
  return (
    <div className="empty">
      <span className="empty-icon">
        <Icon name={icon} size={26} />
      </span>
      <p className="empty-title">{title}</p>
      {children}
    </div>
  )
}

interface FailedProps {
  readonly what: string
  readonly error: Partial<ApiError>
  readonly retry?: () => void
  /** It is being tried again. */
  readonly isTrying?: boolean
}

/** Something could not be loaded, and there is nothing older to show. */
export function Failed({ what, error, retry, isTrying = false }: FailedProps) {
  const isMissing = error.status === 404
  return (
    <div className="empty" role="alert">
      <span className="empty-icon danger">
        <Icon name={isMissing ? 'search' : 'alert'} size={26} />
      </span>
      <p className="empty-title">
        {isMissing ? `There is no such ${what}` : `The ${what} could not be loaded`}
      </p>
      <p>{isMissing ? 'It may have been deleted, or the address is wrong.' : error.message}</p>
      {!isMissing && retry && (
        <Button icon="again" isBusy={isTrying} onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  )
}

interface LoadedProps<T> {
  readonly what: string
  readonly from: Resource<T>
  readonly lines?: number
  readonly children: (value: T) => ReactNode
}

/** What was loaded, or why it is not there; what is old but all there is stays, with a word on that. */
export function Loaded<T>({ what, from, lines, children }: LoadedProps<T>) {
  const { error, retry, isLoading } = from
  if (from.value === undefined || error?.status === 404) {
    if (error) return <Failed what={what} error={error} retry={retry} isTrying={isLoading} />
    return <Loading what={what} {...(lines !== undefined && { lines })} />
  }
  return (
    <>
      {error && (
        <div className="notice warning" role="alert">
          <Icon name="alert" size={18} />
          <span>This may be out of date. {error.message}</span>
          <Button size="small" isBusy={isLoading} onClick={retry}>
            Try again
          </Button>
        </div>
      )}
      <div className={from.isPrevious ? 'loaded previous' : 'loaded'} aria-busy={from.isPrevious}>
        {children(from.value)}
      </div>
    </>
  )
}
