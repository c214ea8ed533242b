import { useState } from 'react'
import { useApi, useResource, useUser } from '../api/context.tsx'
import { listVaccinations, type Vaccination } from '../api/patients.ts'
import { may } from '../app/permissions.ts'
import { Badge, type Tone } from '../ui/badge.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/dialog.tsx'
import { Empty, Loaded } from '../ui/states.tsx'
import { type Column, None, Table } from '../ui/table.tsx'
import { useToasts } from '../ui/toasts.tsx'
import { AddVaccination, EditVaccination, MarkVaccination } from './vaccination-dialogs.tsx'
import { money } from './words.ts'

const statuses: Readonly<Record<Vaccination['status'], { tone: Tone; text: string }>> = {
  done: { tone: 'green', text: 'Done' },
  due: { tone: 'blue', text: 'Due' },
  overdue: { tone: 'red', text: 'Overdue' },
}

type Open =
  | { readonly what: 'add' }
  | { readonly what: 'mark' | 'edit' | 'delete'; readonly one: Vaccination }

export function VaccinationCard({ petId }: { petId: number }) {
  const { client } = useApi()
  const { role } = useUser()
  const [pages, setPages] = useState(1)
  const [open, setOpen] = useState<Open>()
  const close = () => setOpen(undefined)
  const vaccinations = useResource(`/pets/${petId}/vaccinations#${pages}`, () =>
    listVaccinations(client, petId, pages),
  )
  return (
    <section className="card" aria-labelledby="vaccinations">
      <div className="card-head">
        <h2 id="vaccinations">Vaccinations</h2>
        {may(role, 'edit vaccinations') && (
          <Button size="small" icon="plus" onClick={() => setOpen({ what: 'add' })}>
            Add vaccination
          </Button>
        )}
      </div>
      <Loaded what="vaccinations" from={vaccinations} lines={4}>
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <Empty icon="syringe" title="No vaccinations on file" />
          ) : (
            <>
              <VaccinationTable items={items} onOpen={setOpen} />
              {nextCursor !== null && (
                <Button
                  look="quiet"
                  isBusy={vaccinations.isPrevious}
                  onClick={() => setPages(pages + 1)}
                >
                  Show older ones
                </Button>
              )}
            </>
          )
        }
      </Loaded>
      {open?.what === 'add' && <AddVaccination petId={petId} onClose={close} />}
      {open?.what === 'mark' && <MarkVaccination one={open.one} onClose={close} />}
      {open?.what === 'edit' && <EditVaccination one={open.one} onClose={close} />}
      {open?.what === 'delete' && <DeleteVaccination one={open.one} onClose={close} />}
    </section>
  )
}

interface TableProps {
  readonly items: readonly Vaccination[]
  readonly onOpen: (open: Open) => void
}

function VaccinationTable({ items, onOpen }: TableProps) {
  const { role } = useUser()
  const withActions = [...columns, actionsFor(onOpen, may(role, 'delete vaccinations'))]
  return (
    <Table
      label="Vaccinations"
      columns={may(role, 'edit vaccinations') ? withActions : columns}
      rows={items}
      keyOf={({ id }) => id}
    />
  )
}

/** The dates are shown as they come: so they stand on the paper card, too. */
const columns: readonly Column<Vaccination>[] = [
  { title: 'Vaccine', place: 'main', cell: ({ vaccine }) => <b>{vaccine}</b> },
  {
    title: 'Status',
    place: 'side',
    cell: ({ status }) => <Badge tone={statuses[status].tone}>{statuses[status].text}</Badge>,
  },
  { title: 'Given', isShort: true, cell: ({ givenOn }) => givenOn ?? <None /> },
  { title: 'Next due', isShort: true, cell: ({ dueOn }) => dueOn ?? <None /> },
  { title: 'Batch', cell: ({ batch }) => batch || <None /> },
  {
    title: 'Price',
    isShort: true,
    cell: ({ price }) => (price === null ? <None /> : money(price)),
  },
]

function actionsFor(onOpen: TableProps['onOpen'], mayDelete: boolean): Column<Vaccination> {
  return {
    title: '',
    cell: (one) => (
      <span className="row-actions">
        {one.status !== 'done' && (
          <Button
            size="small"
            icon="check"
            aria-label={`Mark ${one.vaccine} as given`}
            onClick={() => onOpen({ what: 'mark', one })}
          >
            Mark as given
          </Button>
        )}
        <IconButton
          icon="pencil"
          label={`Edit ${one.vaccine}`}
          onClick={() => onOpen({ what: 'edit', one })}
        />
        {mayDelete && (
          <IconButton
            icon="trash"
            label={`Delete ${one.vaccine}`}
            onClick={() => onOpen({ what: 'delete', one })}
          />
        )}
      </span>
    ),
  }
}

function DeleteVaccination({ one, onClose }: { one: Vaccination; onClose: () => void }) {
  const { client, cache } = useApi()
  const { tell } = useToasts()
  return (
    <ConfirmDialog
      title={`Delete ${one.vaccine}?`}
      action="Delete vaccination"
      onClose={onClose}
      confirm={async () => {
        await client.remove(`/vaccinations/${one.id}`)
        cache.invalidate('/pets')
        tell(`${one.vaccine} is deleted.`)
      }}
    >
      {one.givenOn ? `It was given on ${one.givenOn}.` : `It is due on ${one.dueOn}.`} This cannot
      be undone.
    </ConfirmDialog>
  )
}
