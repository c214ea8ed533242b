import { useEffect, useRef, useState } from 'react'
import { useSettled } from './hooks.ts'
import { Icon } from './icon.tsx'

interface SearchBoxProps {
  readonly label: string
  readonly placeholder: string
  readonly value: string
  readonly onChange: (value: string) => void
}

/** Tells of what was typed once the typing pauses. */
export function SearchBox({ label, placeholder, value, onChange }: SearchBoxProps) {
  const [text, setText] = useState(value)
  const settled = useSettled(text, 250)
  const told = useRef(value)

  useEffect(() => {
    if (settled === told.current) return
    told.current = settled
    onChange(settled)
  }, [settled, onChange])

  useEffect(() => {
    if (value === told.current) return
    // Somebody went back, or cleared all filters.
    told.current = value
    setText(value)
  }, [value])

  return (
    <div className="search-box">
      <Icon name="search" size={18} />
      <input
        className="input"
        type="search"
        aria-label={label}
        placeholder={placeholder}
        maxLength={100}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </div>
  )
}
