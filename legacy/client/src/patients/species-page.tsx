import { useCallback, useState } from 'react'
import { useGet } from '../api/context.tsx'
import type { Species } from '../api/patients.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'
import { SearchBox } from '../ui/search-box.tsx'
import { Empty, Loaded } from '../ui/states.tsx'
import { type Column, None, Table } from '../ui/table.tsx'
import { useListParams } from '../ui/use-list-params.ts'
import { DeleteSpeciesDialog, SpeciesDialog } from './species-dialogs.tsx'
import { SpeciesGlyph } from './species-glyph.tsx'

type Open =
  | { readonly what: 'add' }
  | { readonly what: 'edit' | 'delete'; readonly species: Species }

export function SpeciesPage() {
  const { text, change } = useListParams()
  const q = text('q')
  const species = useGet<readonly Species[]>('/species', { q })
  const [open, setOpen] = useState<Open>()
  const close = () => setOpen(undefined)
  const look = useCallback((q: string) => change({ q }), [change])
  return (
    <Page
      title="Species"
      subtitle="The same for all clinics."
      actions={
        <Button look="primary" icon="plus" onClick={() => setOpen({ what: 'add' })}>
          New species
        </Button>
      }
    >
      <search className="filters">
        <div className="filter-row">
          <SearchBox
            label="Search species"
            placeholder="Code or name …"
            value={q}
            onChange={look}
          />
        </div>
      </search>
      <Loaded what="species" from={species}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon="leaf" title={q ? 'No species fits that' : 'No species yet'} />
          ) : (
            <Table
              label="Species"
              columns={columnsWith(setOpen)}
              rows={all}
              keyOf={({ code }) => code}
            />
          )
        }
      </Loaded>
      {open?.what === 'add' && <SpeciesDialog onClose={close} />}
      {open?.what === 'edit' && <SpeciesDialog species={open.species} onClose={close} />}
      {open?.what === 'delete' && <DeleteSpeciesDialog species={open.species} onClose={close} />}
    </Page>
  )
}

function columnsWith(onOpen: (open: Open) => void): Column<Species>[] {
  return [
    {
      title: 'Name',
      place: 'main',
      cell: ({ code, name }) => (
        <span className="pet-cell">
          <SpeciesGlyph code={code} />
          <b>{name}</b>
        </span>
      ),
    },
    { title: 'Code', cell: ({ code }) => <span className="code">{code}</span> },
    { title: 'Breeds', cell: ({ breeds }) => breeds.join(', ') || <None /> },
    { title: 'Since', place: 'hidden', cell: ({ createdOn }) => createdOn },
    {
      title: '',
      cell: (species) => (
        <span className="row-actions">
          <IconButton
            icon="pencil"
            label={`Edit ${species.name}`}
            onClick={() => onOpen({ what: 'edit', species })}
          />
          <IconButton
            icon="trash"
            label={`Delete ${species.name}`}
            onClick={() => onOpen({ what: 'delete', species })}
          />
        </span>
      ),
    },
  ]
}
