import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react'
import { asApiError } from '../api/errors.ts'
import { Button } from './button.tsx'
import { complaintOf, type FormProblems, noProblems, problemsOf } from './form-problems.ts'
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
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        {problems.general !== undefined && <Notice tone="danger">{problems.general}</Notice>}
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

export function SubmitButton({ children }: { children: ReactNode }) {
  const { isSending } = useContext(FormContext)
  return (
    <Button type="submit" look="primary" isBusy={isSending}>
      {children}
    </Button>
  )
}

/** The buttons below a form in a dialog. */
export function FormEnd({ children, onCancel }: { children: ReactNode; onCancel: () => void }) {
  return (
    <div className="form-end">
      <Button onClick={onCancel}>Cancel</Button>
      <SubmitButton>{children}</SubmitButton>
    </div>
  )
}
