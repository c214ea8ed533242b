import { useState } from 'react'
import type { Clinic } from '../api/appointments.ts'
import { useGet } from '../api/context.tsx'
import { textIn } from '../patients/words.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'
import { Empty, Loaded } from '../ui/states.tsx'
import { type Column, None, Table } from '../ui/table.tsx'
import { ClinicDialog } from './clinic-dialog.tsx'
import { hoursInWords } from './opening-hours.ts'

export function ClinicsPage() {
  const clinics = useGet<readonly Clinic[]>('/clinics')
  /** Null: a new one. */
  const [open, setOpen] = useState<Clinic | null>()
  return (
    <Page
      title="Clinics"
      actions={
        <Button look="primary" icon="plus" onClick={() => setOpen(null)}>
          New clinic
        </Button>
      }
    >
      <Loaded what="clinics" from={clinics}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon="pin" title="No clinics yet" />
          ) : (
            <Table
              label="Clinics"
              columns={columnsWith(setOpen)}
              rows={all}
              keyOf={({ id }) => id}
            />
          )
        }
      </Loaded>
      {open !== undefined && (
        <ClinicDialog {...(open && { clinic: open })} onClose={() => setOpen(undefined)} />
      )}
    </Page>
  )
}

function columnsWith(onEdit: (clinic: Clinic) => void): Column<Clinic>[] {
  return [
    {
      title: 'Name',
      place: 'main',
      cell: ({ name, address }) => (
        <span className="two-lines">
          <b>{name}</b>
          <small>
            {[textIn(address, 'street'), textIn(address, 'city')].filter(Boolean).join(', ')}
          </small>
        </span>
      ),
    },
    { title: 'Phone', isShort: true, cell: ({ phone }) => phone || <None /> },
    {
      title: 'Open',
      cell: ({ openingHours }) => {
        const lines = hoursInWords(openingHours)
        if (lines.length === 0) return <None />
        return (
          <span className="two-lines">
            {lines.map((line) => (
              <span key={line}>{line}</span>
            ))}
          </span>
        )
      },
    },
    { title: 'Time zone', isShort: true, cell: ({ timezone }) => timezone.replaceAll('_', ' ') },
    {
      title: '',
      place: 'side',
      cell: (clinic) => (
        <span className="row-actions">
          <IconButton icon="pencil" label={`Edit ${clinic.name}`} onClick={() => onEdit(clinic)} />
        </span>
      ),
    },
  ]
}
