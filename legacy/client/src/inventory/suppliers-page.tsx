import { useState } from 'react'
import { useApi, useGet, useUser } from '../api/context.tsx'
import type { Supplier } from '../api/inventory.ts'
import { may } from '../app/permissions.ts'
import { changed, kept } from '../patients/pet-changes.ts'
import { counted } from '../time/days.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/fields.tsx'
import { Form, FormEnd } from '../ui/form.tsx'
import { Page } from '../ui/page.tsx'
import { Empty, Loaded } from '../ui/states.tsx'
import { type Column, None, Table } from '../ui/table.tsx'
import { useToasts } from '../ui/toasts.tsx'
import type { Values } from '../ui/values.ts'

export function SuppliersPage() {
  const { role } = useUser()
  const suppliers = useGet<readonly Supplier[]>('/suppliers')
  /** Null: a new one. */
  const [open, setOpen] = useState<Supplier | null>()
  const mayEdit = may(role, 'administer')
  return (
    <Page
      title="Suppliers"
      actions={
        mayEdit && (
          <Button look="primary" icon="plus" onClick={() => setOpen(null)}>
            New supplier
          </Button>
        )
      }
    >
      <Loaded what="suppliers" from={suppliers}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon="truck" title="No suppliers yet" />
          ) : (
            <Table
              label="Suppliers"
              columns={mayEdit ? [...columns, actionsWith(setOpen)] : columns}
              rows={all}
              keyOf={({ id }) => id}
            />
          )
        }
      </Loaded>
      {open !== undefined && (
        <SupplierDialog {...(open && { supplier: open })} onClose={() => setOpen(undefined)} />
      )}
    </Page>
  )
}

const columns: readonly Column<Supplier>[] = [
  { title: 'Name', place: 'main', cell: ({ name }) => <b>{name}</b> },
  {
    title: 'E-mail',
    cell: ({ email }) => (email ? <a href={`mailto:${email}`}>{email}</a> : <None />),
  },
  {
    title: 'Phone',
    cell: ({ phone }) => (phone ? <a href={`tel:${phone}`}>{phone}</a> : <None />),
  },
  { title: 'Delivers in', isNamed: true, cell: ({ leadDays }) => counted(leadDays, 'day') },
]

function actionsWith(onEdit: (supplier: Supplier) => void): Column<Supplier> {
  return {
    title: '',
    place: 'side',
    cell: (supplier) => (
      <span className="row-actions">
        <IconButton
          icon="pencil"
          label={`Edit ${supplier.name}`}
          onClick={() => onEdit(supplier)}
        />
      </span>
    ),
  }
}

interface SupplierDialogProps {
  readonly supplier?: Supplier
  readonly onClose: () => void
}

function SupplierDialog({ supplier, onClose }: SupplierDialogProps) {
  const { client, cache } = useApi()
  const { tell } = useToasts()

  async function save(values: Values): Promise<void> {
    const said = {
      name: kept(values.raw('name'), supplier?.name),
      email: values.optional('email'),
      phone: values.optional('phone'),
      leadDays: Number(values.raw('leadDays')),
    }
    if (supplier) await client.patch(`/suppliers/${supplier.id}`, changed(said, supplier))
    else await client.post('/suppliers', said)
    cache.invalidate('/suppliers', '/purchase-orders')
    tell(`${said.name} is saved.`)
    onClose()
  }

  return (
    <Dialog
      title={supplier ? `Edit ${supplier.name}` : 'New supplier'}
      width="narrow"
      onClose={onClose}
    >
      <Form label={supplier ? 'Edit supplier' : 'New supplier'} submit={save}>
        <TextField
          name="name"
          label="Name"
          required
          maxLength={200}
          defaultValue={supplier?.name}
        />
        <TextField
          name="email"
          label="E-mail address"
          type="email"
          defaultValue={supplier?.email ?? ''}
        />
        <TextField
          name="phone"
          label="Phone"
          type="tel"
          maxLength={50}
          defaultValue={supplier?.phone ?? ''}
        />
        <TextField
          name="leadDays"
          label="Days until it delivers"
          type="number"
          required
          min={0}
          max={365}
          defaultValue={supplier?.leadDays ?? 3}
        />
        <FormEnd onCancel={onClose}>{supplier ? 'Save' : 'Add supplier'}</FormEnd>
      </Form>
    </Dialog>
  )
}
