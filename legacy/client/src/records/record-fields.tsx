import type { MedicalRecord } from '../api/records.ts'
import { TextArea, TextField } from '../ui/fields.tsx'
import { vitalKeys, vitals } from './record-changes.ts'

/** What a vet writes down about a visit. */
export function RecordFields({ record }: { record?: MedicalRecord }) {
  return (
    <div className="columns">
      <TextArea
        name="findings"
        label="Findings"
        rows={4}
        required
        maxLength={20_000}
        defaultValue={record?.findings}
      />
      <TextArea
        name="diagnosis"
        label="Diagnosis"
        rows={2}
        maxLength={2000}
        defaultValue={record?.diagnosis ?? ''}
      />
      {vitalKeys.map((key) => (
        <TextField
          key={key}
          name={key}
          label={`${vitals[key].label} (${vitals[key].unit})`}
          inputMode="decimal"
          pattern="\d{1,3}([.,]\d{1,2})?"
          defaultValue={numberIn(record?.vitals[key])}
        />
      ))}
      <TextField
        name="weightKg"
        label="Weight (kg)"
        inputMode="decimal"
        defaultValue={numberIn(record?.weightKg)}
      />
      <TextArea
        name="codes"
        label="Codes"
        rows={2}
        hint="One a line."
        defaultValue={record?.codes.join('\n')}
      />
    </div>
  )
}

const numberIn = (value: unknown) => (typeof value === 'number' ? String(value) : '')
