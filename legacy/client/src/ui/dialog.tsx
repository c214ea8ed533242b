import { type ReactNode, useId, useLayoutEffect, useRef, useState } from 'react'
import { asApiError } from '../api/errors.ts'
import { Button, IconButton } from './button.tsx'
import { Notice } from './states.tsx'

interface DialogProps {
  readonly title: string
  readonly width?: 'narrow' | 'medium'
  /** Missing, it cannot be closed. */
  readonly onClose?: () => void
  readonly children: ReactNode
}

/** What one came for: the first field, or the harmless one of two buttons. */
const worthTheFocus =
  'form :is(input:not([type=hidden], [tabindex="-1"]), select, textarea), .form .button'

/** The browser's own modal dialog: it holds the focus, closes on Escape and gives the focus back. */
export function Dialog({ title, width = 'medium', onClose, children }: DialogProps) {
  const id = useId()
  const dialog = useRef<HTMLDialogElement>(null)

  useLayoutEffect(() => {
    const element = dialog.current!
    element.showModal()
    // On touch screens that would bring up the keyboard before anybody has read a word.
    if (window.matchMedia('(pointer: fine)').matches) {
      element.querySelector<HTMLElement>(worthTheFocus)?.focus()
    }
    return () => element.close()
  }, [])

  return (
    <dialog
      ref={dialog}
      className={`dialog ${width}`}
      aria-labelledby={id}
      onCancel={(event) => {
        if (event.target !== dialog.current) return
        event.preventDefault()
        onClose?.()
      }}
      onClose={(event) => {
        // Browsers close on a second Escape whatever the page says to the first.
        if (event.target !== dialog.current || dialog.current.open) return
        if (onClose) onClose()
        else dialog.current.showModal()
      }}
    >
      <div className="dialog-head">
        <h2 id={id}>{title}</h2>
        {onClose && <IconButton icon="close" label="Close" onClick={onClose} />}
      </div>
      <div className="dialog-body">{children}</div>
    </dialog>
  )
}

interface ConfirmProps {
  readonly title: string
  readonly children: ReactNode
  /** On the button that does it. */
  readonly action: string
  /** On the button that does not. */
  readonly keep?: string
  /** What it throws is shown, and the dialog stays. */
  readonly confirm: () => Promise<void>
  readonly onClose: () => void
}

export function ConfirmDialog(props: ConfirmProps) {
  const { title, children, action, keep = 'Keep it', confirm, onClose } = props
  const [problem, setProblem] = useState<string>()
  const [isBusy, setBusy] = useState(false)

  async function run(): Promise<void> {
    setBusy(true)
    try {
      await confirm()
      onClose()
    } catch (thrown) {
      setProblem(asApiError(thrown).message)
      setBusy(false)
    }
  }

  return (
    <Dialog title={title} width="narrow" onClose={onClose}>
      <div className="form">
        {problem !== undefined && <Notice tone="danger">{problem}</Notice>}
        <p>{children}</p>
        <div className="form-end">
          <Button onClick={onClose}>{keep}</Button>
          <Button look="danger" isBusy={isBusy} onClick={() => void run()}>
            {action}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
