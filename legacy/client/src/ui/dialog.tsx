import { type ReactNode, useId, useLayoutEffect, useRef, useState } from 'react'
import { IconButton } from './button.tsx'
import { Form, FormEnd } from './form.tsx'
import { KeepOpenContext } from './keep-open.ts'

interface DialogProps {
  readonly title: string
  readonly width?: 'narrow' | 'medium' | 'wide'
  /** Missing, it cannot be closed; nor can it while a form in it is being sent. */
  readonly onClose?: () => void
  readonly children: ReactNode
}

/** What one came for: the first field, or the harmless one of two buttons. */
const worthTheFocus =
  'form :is(input:not([type=hidden], [tabindex="-1"]), select, textarea), form .button'

/** The browser's own modal dialog: it holds the focus, closes on Escape and gives the focus back. */
export function Dialog({ title, width = 'medium', onClose, children }: DialogProps) {
  const id = useId()
  const dialog = useRef<HTMLDialogElement>(null)
  const [isKept, setKept] = useState(false)
  const close = isKept ? undefined : onClose

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
        close?.()
      }}
      onClose={(event) => {
        // Browsers close on a second Escape whatever the page says to the first.
        if (event.target !== dialog.current || dialog.current.open) return
        if (close) close()
        else dialog.current.showModal()
      }}
    >
      <div className="dialog-head">
        <h2 id={id}>{title}</h2>
        {onClose && <IconButton icon="close" label="Close" disabled={isKept} onClick={close} />}
      </div>
      <div className="dialog-body">
        <KeepOpenContext value={setKept}>{children}</KeepOpenContext>
      </div>
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
  /** Primary where nothing is lost by it. */
  readonly look?: 'primary' | 'danger'
  /** What it throws is shown, and the dialog stays. */
  readonly confirm: () => Promise<void>
  readonly onClose: () => void
}

export function ConfirmDialog(props: ConfirmProps) {
  const { title, children, action, keep = 'Keep it', look = 'danger', confirm, onClose } = props
  return (
    <Dialog title={title} width="narrow" onClose={onClose}>
      <Form
        label={title}
        submit={async () => {
          await confirm()
          onClose()
        }}
      >
        <p>{children}</p>
        <FormEnd look={look} cancel={keep} onCancel={onClose}>
          {action}
        </FormEnd>
      </Form>
    </Dialog>
  )
}
