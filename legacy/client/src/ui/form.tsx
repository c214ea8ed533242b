import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react'
import { asApiError } from '../api/errors.ts'
import { Button } from './button.tsx'
import { useKeepOpen } from './keep-open.ts'
import { complaintOf, type FormProblems, noProblems, problemsOf } from './form-problems.ts'
import { useLasting } from './hooks.ts'
import { Notice } from './states.tsx'
import { Values } from './values.ts'

interface FormState {
  readonly problems: FormProblems
  readonly isSending: boolean
}

const FormContext = createContext<FormState>({ problems: noProblems, isSending: false })

interface FormProps {
  /** The accessible name. */
  readonly label: string
  /** What it throws is shown next to the fields it is about. */
  readonly submit: (values: Values) => Promise<void>
  readonly className?: string
  readonly children: ReactNode
}

export function Form({ label, submit, className = 'form', children }: FormProps) {
  const [problems, setProblems] = useState(noProblems)
  const [isSending, setSending] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  useKeepOpen(isSending)

  useEffect(() => {
    if (problems.byName.size === 0) return
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [problems])

  async function send(): Promise<void> {
    if (isSending) return
    const complaints = complaintsOf(form.current!)
    setProblems({ byName: complaints, general: undefined })
    if (complaints.size > 0) return
    setSending(true)
    try {
      await submit(new Values(new FormData(form.current!)))
    } catch (thrown) {
      const has = (name: string) => form.current?.elements.namedItem(name) !== null
      setProblems(problemsOf(asApiError(thrown), has))
    } finally {
      setSending(false)
    }
  }

  return (
    <FormContext value={{ problems, isSending }}>
      <form
        ref={form}
        className={className}
        aria-label={label}
        noValidate
        aria-busy={isSending}
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        {children}
      </form>
    </FormContext>
  )
}

function complaintsOf(form: HTMLFormElement): Map<string, string> {
  const complaints = new Map<string, string>()
  for (const control of form.elements) {
    if (!isControl(control)) continue
    const name = control.dataset['field'] ?? control.name
    const complaint = complaintOf(control)
    if (name && complaint !== undefined && !complaints.has(name)) complaints.set(name, complaint)
  }
  return complaints
}

const isControl = (element: Element) =>
  element instanceof HTMLInputElement ||
  element instanceof HTMLSelectElement ||
  element instanceof HTMLTextAreaElement

/** What is wrong with one control, and what to tell it about that. */
export function useProblem(name: string): string | undefined {
  return useContext(FormContext).problems.byName.get(name)
}

/** What went wrong that is about no control. */
export function FormProblem() {
  const { general } = useContext(FormContext).problems
  return general !== undefined && <Notice tone="danger">{general}</Notice>
}

interface SubmitProps {
  readonly look?: 'primary' | 'danger' | 'plain'
  readonly size?: 'medium' | 'small'
  readonly children: ReactNode
}

export function SubmitButton({ look = 'primary', size = 'medium', children }: SubmitProps) {
  const { isSending } = useContext(FormContext)
  return (
    <Button type="submit" look={look} size={size} isBusy={isSending}>
      {children}
    </Button>
  )
}

interface FormEndProps extends SubmitProps {
  /** On the button that does nothing. */
  readonly cancel?: string
  readonly onCancel: () => void
}

const longMs = 3000

/** The end of a form in a dialog: always in sight, so what went wrong is told here. */
export function FormEnd({ look, cancel = 'Cancel', onCancel, children }: FormEndProps) {
  const { isSending } = useContext(FormContext)
  const isLong = useLasting(isSending, longMs)
  return (
    <div className="form-end">
      <FormProblem />
      <p className="form-wait" role="status">
        {isLong && 'This takes longer than usual. What you entered is kept.'}
      </p>
      <Button disabled={isSending} onClick={onCancel}>
        {cancel}
      </Button>
      <SubmitButton {...(look && { look })}>{children}</SubmitButton>
    </div>
  )
}
