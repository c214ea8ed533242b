import { useItemSearch } from '../inventory/item-search.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Combobox } from '../ui/combobox.tsx'
import { TextField } from '../ui/fields.tsx'
import type { TreatmentLine } from './record-changes.ts'

interface TreatmentFieldsProps {
  readonly lines: readonly TreatmentLine[]
  readonly onChange: (lines: readonly TreatmentLine[]) => void
}

/** What was given out of stock, and what was done besides. */
export function TreatmentFields({ lines, onChange }: TreatmentFieldsProps) {
  const add = (isStock: boolean) =>
    onChange([...lines, { key: 1 + Math.max(-1, ...lines.map(({ key }) => key)), isStock }])
  return (
    <div className="order-lines" role="group" aria-label="Treatments">
      <h3>Treatments</h3>
      {lines.map((line, index) => (
        <LineFields
          key={line.key}
          line={line}
          number={index + 1}
          onRemove={() => onChange(lines.filter(({ key }) => key !== line.key))}
        />
      ))}
      <span className="button-row">
        <Button size="small" icon="box" onClick={() => add(true)}>
          Given from stock
        </Button>
        <Button size="small" icon="plus" onClick={() => add(false)}>
          Something else
        </Button>
      </span>
    </div>
  )
}

interface LineProps {
  readonly line: TreatmentLine
  readonly number: number
  readonly onRemove?: () => void
}

export function LineFields({ line: { key, isStock }, number, onRemove }: LineProps) {
  const search = useItemSearch()
  return (
    <fieldset className={isStock ? 'order-line from-stock' : 'order-line'}>
      <legend className="unseen">Treatment {number}</legend>
      {isStock ? (
        <Combobox name={`itemId-${key}`} label="Item" placeholder="Name or SKU …" search={search} />
      ) : (
        <TextField
          name={`description-${key}`}
          label="What was done"
          required
          isWide
          maxLength={200}
        />
      )}
      <TextField
        name={`quantity-${key}`}
        label="Quantity"
        required
        inputMode="decimal"
        defaultValue="1"
      />
      {!isStock && (
        <TextField name={`unitPrice-${key}`} label="Price of one" required inputMode="decimal" />
      )}
      {onRemove && (
        <IconButton icon="close" label={`Remove treatment ${number}`} onClick={onRemove} />
      )}
    </fieldset>
  )
}
