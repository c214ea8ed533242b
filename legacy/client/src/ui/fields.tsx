import { type ComponentProps, type ReactNode, useId } from 'react'
import { fieldSentence } from '../api/words.ts'
import { useProblem } from './form.tsx'
import { Icon } from './icon.tsx'

interface Labelled {
  readonly name: string
  readonly label: string
  readonly hint?: ReactNode
  /** Takes the whole width of a form of two columns. */
  readonly isWide?: boolean
}

interface FieldProps extends Labelled {
  readonly isRequired?: boolean | undefined
  readonly children: (control: {
    id: string
    name: string
    'aria-describedby'?: string
    'aria-invalid'?: true
  }) => ReactNode
}

/** A label, a control, what helps to fill it in and what is wrong with it. */
export function Field({ name, label, hint, isWide, isRequired, children }: FieldProps) {
  const id = useId()
  const problem = useProblem(name)
  const text = problem === undefined ? undefined : sentenceFor(label, problem)
  const described = [hint && `${id}-hint`, text && `${id}-problem`].filter(Boolean).join(' ')
  return (
    <div className={isWide ? 'field wide' : 'field'}>
      <label htmlFor={id} className={isRequired ? 'required' : undefined}>
        {label}
      </label>
      {children({
        id,
        name,
        ...(described && { 'aria-describedby': described }),
        ...(text && { 'aria-invalid': true as const }),
      })}
      {text && (
        <p className="problem" id={`${id}-problem`}>
          <Icon name="alert" size={15} /> {text}
        </p>
      )}
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  )
}

/** Some problems are sentences already, others go behind the label. */
function sentenceFor(label: string, problem: string): string {
  return /^[A-Z]/.test(problem) ? problem : fieldSentence(label, problem)
}

/** Browsers complain on their own when a control is refilled; here the form does it when it is sent. */
export function TextField({
  name,
  label,
  hint,
  isWide,
  ...rest
}: Labelled & ComponentProps<'input'>) {
  const field = { name, label, isRequired: rest.required, ...(hint !== undefined && { hint }) }
  return (
    <Field {...field} {...(isWide && { isWide })}>
      {(control) => <input className="input" autoComplete="off" {...rest} {...control} />}
    </Field>
  )
}

export function TextArea({
  name,
  label,
  hint,
  isWide = true,
  ...rest
}: Labelled & ComponentProps<'textarea'>) {
  return (
    <Field
      name={name}
      label={label}
      isWide={isWide}
      isRequired={rest.required}
      {...(hint !== undefined && { hint })}
    >
      {(control) => <textarea className="input" rows={3} {...rest} {...control} />}
    </Field>
  )
}

export interface Option {
  readonly value: string | number
  readonly text: string
}

export function SelectField({
  name,
  label,
  hint,
  isWide,
  options,
  ...rest
}: Labelled & { readonly options: readonly Option[] } & ComponentProps<'select'>) {
  const field = { name, label, isRequired: rest.required, ...(hint !== undefined && { hint }) }
  return (
    <Field {...field} {...(isWide && { isWide })}>
      {(control) => (
        <span className="select">
          <select className="input" {...rest} {...control}>
            {options.map(({ value, text }) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
          <Icon name="down" size={16} />
        </span>
      )}
    </Field>
  )
}

interface SelectProps {
  /** The accessible name. */
  readonly label: string
  readonly value: string | number
  readonly options: readonly Option[]
  readonly onChange: (value: string) => void
}

/** One of the filters above a list: its first choice says what it is about. */
export function Select({ label, value, options, onChange }: SelectProps) {
  return (
    <span className="select">
      <select
        className="input"
        aria-label={label}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      >
        {options.map(({ value, text }) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
      <Icon name="down" size={16} />
    </span>
  )
}

export function CheckField({ label, ...rest }: { label: string } & ComponentProps<'input'>) {
  return (
    <label className="check">
      <input type="checkbox" {...rest} />
      <span>{label}</span>
    </label>
  )
}
