import { useState } from 'react'
import { useApi, useResource, useUser } from '../api/context.tsx'
import { listRecords, type MedicalRecord, type Treatment } from '../api/records.ts'
import { may } from '../app/permissions.ts'
import { counted } from '../time/days.ts'
import { Button } from '../ui/button.tsx'
import { Empty, Loaded } from '../ui/states.tsx'
import {
  AddTreatmentDialog,
  DeleteTreatmentDialog,
  EditRecordDialog,
  NewRecordDialog,
} from './record-dialogs.tsx'
import { RecordEntry } from './record-entry.tsx'

export type RecordAction =
  | { readonly what: 'edit' | 'treat'; readonly record: MedicalRecord }
  | { readonly what: 'delete'; readonly treatment: Treatment }

/** A pet's history, latest visit first. */
export function RecordTimeline({ petId }: { petId: number }) {
  const { client } = useApi()
  const { role } = useUser()
  const [pages, setPages] = useState(1)
  const [open, setOpen] = useState<RecordAction | { readonly what: 'add' }>()
  const close = () => setOpen(undefined)
  const found = useResource(`/records?petId=${petId}#${pages}`, () =>
    listRecords(client, petId, pages),
  )
  return (
    <section className="card" aria-labelledby="history">
      <div className="card-head">
        <h2 id="history">History</h2>
        {may(role, 'write records') && (
          <Button size="small" icon="plus" onClick={() => setOpen({ what: 'add' })}>
            New record
          </Button>
        )}
      </div>
      <Loaded what="history" from={found} lines={4}>
        {({ records, total }) =>
          records.length === 0 ? (
            <Empty icon="file" title="Nothing was written down yet" />
          ) : (
            <>
              <ol className="timeline" aria-label="History">
                {records.map((record) => (
                  <RecordEntry key={record.id} record={record} onAct={setOpen} />
                ))}
              </ol>
              {records.length < total && (
                <Button look="quiet" isBusy={found.isPrevious} onClick={() => setPages(pages + 1)}>
                  Show older ones ({counted(total - records.length, 'more', 'more')})
                </Button>
              )}
            </>
          )
        }
      </Loaded>
      {open?.what === 'add' && <NewRecordDialog petId={petId} onClose={close} />}
      {open?.what === 'edit' && <EditRecordDialog record={open.record} onClose={close} />}
      {open?.what === 'treat' && <AddTreatmentDialog record={open.record} onClose={close} />}
      {open?.what === 'delete' && (
        <DeleteTreatmentDialog treatment={open.treatment} onClose={close} />
      )}
    </section>
  )
}
