import { useState } from 'react'
import type { Clinic, ServiceType } from '../api/appointments.ts'
import { useGet } from '../api/context.tsx'
import { money } from '../patients/words.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'
import { Empty, Loaded } from '../ui/states.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { ServiceDialog } from './service-dialog.tsx'

export function ServicesPage() {
  const services = useGet<readonly ServiceType[]>('/service-types')
  const clinics = useGet<readonly Clinic[]>('/clinics').value ?? []
  /** Null: a new one. */
  const [open, setOpen] = useState<ServiceType | null>()
  return (
    <Page
      title="Services"
      subtitle="What your clinic offers, and what every clinic does."
      actions={
        <Button look="primary" icon="plus" onClick={() => setOpen(null)}>
          New service
        </Button>
      }
    >
      <Loaded what="services" from={services}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon="clock" title="No services yet" />
          ) : (
            <Table
              label="Services"
              columns={columnsWith(clinics, setOpen)}
              rows={all}
              keyOf={({ id }) => id}
            />
          )
        }
      </Loaded>
      {open !== undefined && (
        <ServiceDialog
          {...(open && { service: open })}
          clinics={clinics}
          onClose={() => setOpen(undefined)}
        />
      )}
    </Page>
  )
}

function columnsWith(
  clinics: readonly Clinic[],
  onEdit: (service: ServiceType) => void,
): Column<ServiceType>[] {
  const clinicName = (id: number | null) =>
    id === null ? 'Every clinic' : (clinics.find((clinic) => clinic.id === id)?.name ?? `${id}`)
  return [
    { title: 'Name', place: 'main', cell: ({ name }) => <b>{name}</b> },
    { title: 'Takes', isNamed: true, isShort: true, cell: ({ minutes }) => `${minutes} min` },
    {
      title: 'Price',
      isNamed: true,
      isNumber: true,
      isShort: true,
      cell: ({ price }) => money(price.toFixed(2)),
    },
    { title: 'Offered by', isNamed: true, cell: ({ clinicId }) => clinicName(clinicId) },
    {
      title: '',
      place: 'side',
      cell: (service) => (
        <span className="row-actions">
          <IconButton
            icon="pencil"
            label={`Edit ${service.name}`}
            onClick={() => onEdit(service)}
          />
        </span>
      ),
    },
  ]
}
