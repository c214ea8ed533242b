import { useUser } from '../api/context.tsx'
import type { MedicalRecord, Treatment } from '../api/records.ts'
import { may } from '../app/permissions.ts'
import { money } from '../patients/words.ts'
import { dayInWords, shortDay } from '../time/days.ts'
import { IconButton } from '../ui/button.tsx'
import { LongText } from '../ui/long-text.tsx'
import { vitalsInWords } from './record-changes.ts'
import type { RecordAction } from './record-timeline.tsx'

interface EntryProps {
  readonly record: MedicalRecord
  readonly onAct: (action: RecordAction) => void
}

/** One visit on the line of a pet's life. */
export function RecordEntry({ record, onAct }: EntryProps) {
  const { role } = useUser()
  const day = dayInWords(record.visitedOn, shortDay)
  const measured = [
    ...(record.weightKg === null ? [] : [`Weight ${record.weightKg} kg`]),
    ...vitalsInWords(record.vitals),
  ]
  return (
    <li className="entry">
      <div className="entry-head">
        <p>
          <time dateTime={record.visitedOn}>{day}</time>
          <small>{record.vetName}</small>
        </p>
        {may(role, 'write records') && (
          <span className="row-actions">
            <IconButton
              icon="plus"
              label={`Add treatment to ${day}`}
              onClick={() => onAct({ what: 'treat', record })}
            />
            <IconButton
              icon="pencil"
              label={`Edit record of ${day}`}
              onClick={() => onAct({ what: 'edit', record })}
            />
          </span>
        )}
      </div>
      {record.diagnosis && <h3>{record.diagnosis}</h3>}
      <LongText text={record.findings} />
      {(measured.length > 0 || record.codes.length > 0) && (
        <ul className="tags" aria-label="Measured">
          {record.codes.map((code) => (
            <li key={code} className="tag code">
              {code}
            </li>
          ))}
          {measured.map((text) => (
            <li key={text} className="tag">
              {text}
            </li>
          ))}
        </ul>
      )}
      {record.treatments.length > 0 && <Treatments record={record} onAct={onAct} />}
    </li>
  )
}

function Treatments({ record, onAct }: EntryProps) {
  const { role } = useUser()
  return (
    <table className="treatments" aria-label="Treatments">
      <tbody>
        {record.treatments.map((one) => (
          <tr key={one.id}>
            <th scope="row">
              {one.description}
              <small> {timesPrice(one)}</small>
            </th>
            <td>{money(one.total)}</td>
            {may(role, 'administer') && (
              <td>
                <IconButton
                  icon="trash"
                  label={`Delete ${one.description}`}
                  onClick={() => onAct({ what: 'delete', treatment: one })}
                />
              </td>
            )}
          </tr>
        ))}
      </tbody>
      {record.treatments.length > 1 && (
        <tfoot>
          <tr>
            <th scope="row">Total</th>
            <td>{money(record.total)}</td>
          </tr>
        </tfoot>
      )}
    </table>
  )
}

const timesPrice = ({ quantity, unitPrice }: Treatment) =>
  quantity === 1 ? '' : `${quantity} × ${money(unitPrice)}`
