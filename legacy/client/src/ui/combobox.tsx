import { type ReactNode, useEffect, useEffectEvent, useRef, useState } from 'react'
import { asApiError } from '../api/errors.ts'
import { Field } from './fields.tsx'
import { useSettled } from './hooks.ts'
import { Icon } from './icon.tsx'

export interface Choice {
  readonly id: string
  /** In the box once it is chosen. */
  readonly text: string
  readonly detail?: ReactNode
}

interface ComboboxProps {
  /** The chosen id is sent under it. */
  readonly name: string
  readonly label: string
  readonly hint?: string
  readonly placeholder?: string
  readonly chosen?: Choice | undefined
  readonly search: (text: string, signal: AbortSignal) => Promise<readonly Choice[]>
  readonly onChoose?: (choice: Choice | undefined) => void
}

interface Found {
  readonly choices: readonly Choice[]
  readonly problem?: string
}

/** A text box that offers what fits, after the combobox pattern of the ARIA practices guide. */
export function Combobox(props: ComboboxProps) {
  const { name, label, placeholder, search, onChoose } = props
  const [chosen, setChosen] = useState(props.chosen)
  const [text, setText] = useState(props.chosen?.text ?? '')
  const [isOpen, setOpen] = useState(false)
  const [active, setActive] = useState(0)
  const [found, setFound] = useState<Found>()
  const box = useRef<HTMLInputElement>(null)
  const sought = useSettled(text, 200)
  const hint = chosen?.detail ?? props.hint

  useEffect(() => {
    box.current?.setCustomValidity(
      chosen ? '' : text ? 'must be chosen from the list' : 'is required',
    )
  }, [chosen, text])

  // Once something is chosen, its name is not what is sought.
  const find = useEffectEvent((text: string, signal: AbortSignal) =>
    search(chosen ? '' : text, signal),
  )

  useEffect(() => {
    if (!isOpen) return
    const stop = new AbortController()
    find(sought.trim(), stop.signal)
      .then((choices) => {
        setFound({ choices })
        setActive(0)
      })
      .catch((thrown: unknown) => {
        if (!stop.signal.aborted) setFound({ choices: [], problem: asApiError(thrown).message })
      })
    return () => stop.abort()
  }, [isOpen, sought])

  function choose(choice: Choice | undefined, shown: string): void {
    setChosen(choice)
    setText(shown)
    onChoose?.(choice)
  }

  function pick(choice: Choice): void {
    choose(choice, choice.text)
    setOpen(false)
  }

  function press(event: React.KeyboardEvent): void {
    const choices = found?.choices ?? []
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      if (!isOpen) return setOpen(true)
      const step = event.key === 'ArrowDown' ? 1 : -1
      setActive((active + step + choices.length) % Math.max(1, choices.length))
    } else if (event.key === 'Enter' && isOpen) {
      event.preventDefault()
      const choice = choices[active]
      if (choice) pick(choice)
    } else if (event.key === 'Escape' && isOpen) {
      // Only the list closes, not the dialog that the box may be in.
      event.preventDefault()
      event.stopPropagation()
      setOpen(false)
    }
  }

  return (
    <Field name={name} label={label} isWide isRequired {...(hint !== undefined && { hint })}>
      {({ id, ...control }) => (
        <div className="combobox">
          <Icon name="search" size={17} />
          <input type="hidden" name={name} value={chosen?.id ?? ''} />
          <input
            {...control}
            name={undefined}
            ref={box}
            id={id}
            className="input"
            role="combobox"
            aria-expanded={isOpen}
            aria-controls={`${id}-list`}
            aria-autocomplete="list"
            aria-activedescendant={isOpen ? `${id}-${active}` : undefined}
            autoComplete="off"
            data-field={name}
            placeholder={placeholder}
            value={text}
            onChange={(event) => {
              choose(undefined, event.target.value)
              setOpen(true)
            }}
            onClick={() => setOpen(true)}
            onBlur={() => setOpen(false)}
            onKeyDown={press}
          />
          {isOpen && (
            <ul className="choices" id={`${id}-list`} role="listbox" aria-label={label}>
              {found?.choices.map((choice, index) => (
                <li
                  key={choice.id}
                  id={`${id}-${index}`}
                  role="option"
                  aria-selected={index === active}
                  onPointerDown={(event) => {
                    event.preventDefault()
                    pick(choice)
                  }}
                  onPointerMove={() => setActive(index)}
                >
                  <span>{choice.text}</span>
                  {choice.detail !== undefined && <small>{choice.detail}</small>}
                </li>
              ))}
              {!found?.choices.length && (
                <li className="choices-none" role="presentation">
                  {found ? (found.problem ?? 'Nothing fits that.') : 'Searching …'}
                </li>
              )}
            </ul>
          )}
        </div>
      )}
    </Field>
  )
}
