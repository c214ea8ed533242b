import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from 'react'
import { asApiError } from '../api/errors.ts'
import { IconButton } from './button.tsx'
import { Icon } from './icon.tsx'

interface Toast {
  readonly id: number
  readonly tone: 'good' | 'danger'
  readonly text: string
  readonly action: { readonly text: string; readonly run: () => void } | undefined
}

interface Toasts {
  readonly tell: (text: string, action?: Toast['action']) => void
  /** Says that something is done, but not as it should be. */
  readonly warn: (text: string) => void
  /** Says what went wrong with something that has no form of its own. */
  readonly fail: (thrown: unknown) => void
}

const ToastContext = createContext<Toasts | null>(null)

export function useToasts(): Toasts {
  const toasts = useContext(ToastContext)
  if (!toasts) throw new Error('There is no ToastProvider around this component')
  return toasts
}

const shownMs = 6000

export function ToastProvider({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<readonly Toast[]>([])
  const lastId = useRef(0)

  const dismiss = useCallback((id: number) => {
    setShown((toasts) => toasts.filter((toast) => toast.id !== id))
  }, [])

  const show = useCallback(
    (tone: Toast['tone'], text: string, action?: Toast['action']) => {
      const id = ++lastId.current
      setShown((toasts) => [...toasts.slice(-1), { id, tone, text, action }])
      setTimeout(() => dismiss(id), tone === 'danger' ? shownMs * 2 : shownMs)
    },
    [dismiss],
  )

  const [toasts] = useState<Toasts>(() => ({
    tell: (text, action) => show('good', text, action),
    warn: (text) => show('danger', text),
    fail: (thrown) => show('danger', asApiError(thrown).message),
  }))

  return (
    <ToastContext value={toasts}>
      {children}
      <div className="toasts" role="region" aria-label="Notifications" aria-live="polite">
        {shown.map(({ id, tone, text, action }) => (
          <div key={id} className={`toast ${tone}`} role={tone === 'danger' ? 'alert' : 'status'}>
            <Icon name={tone === 'danger' ? 'alert' : 'check'} size={18} />
            <span>{text}</span>
            {action && (
              <button
                type="button"
                className="toast-action"
                onClick={() => {
                  dismiss(id)
                  action.run()
                }}
              >
                {action.text}
              </button>
            )}
            <IconButton icon="close" label="Dismiss" onClick={() => dismiss(id)} />
          </div>
        ))}
      </div>
    </ToastContext>
  )
}
