import { useCallback, useState } from 'react'
import { Link } from 'react-router'
import { useGet } from '../api/context.tsx'
import type { Owner, OwnerPage } from '../api/patients.ts'
import { Button } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'
import { Pager } from '../ui/pager.tsx'
import { SearchBox } from '../ui/search-box.tsx'
import { Empty, Loaded } from '../ui/states.tsx'
import { type Column, None, Table } from '../ui/table.tsx'
import { useListParams } from '../ui/use-list-params.ts'
import { NewOwnerDialog } from './owner-dialogs.tsx'
import { textIn } from './words.ts'

const pageSize = 20

const columns: readonly Column<Owner>[] = [
  {
    title: 'Name',
    place: 'main',
    cell: ({ id, fullName }) => (
      <Link to={`/owners/${id}`} className="row-link">
        {fullName}
      </Link>
    ),
  },
  { title: 'E-mail', cell: ({ email }) => email ?? <None /> },
  { title: 'Phone', cell: ({ phone }) => phone || <None /> },
  {
    title: 'City',
    place: 'hidden',
    cell: ({ address }) => textIn(address, 'city') || <None />,
  },
]

export function OwnersPage() {
  const { text, page, change } = useListParams()
  const [isAdding, setAdding] = useState(false)
  const search = text('q')
  const owners = useGet<OwnerPage>('/owners', { search, page, limit: pageSize })
  const look = useCallback((q: string) => change({ q }), [change])
  return (
    <Page
      title="Owners"
      actions={
        <Button look="primary" icon="plus" onClick={() => setAdding(true)}>
          New owner
        </Button>
      }
    >
      <search className="filters">
        <div className="filter-row">
          <SearchBox
            label="Search owners"
            placeholder="Name, e-mail or phone …"
            value={search}
            onChange={look}
          />
          {search && (
            <Button look="quiet" onClick={() => change({ q: null })}>
              Clear
            </Button>
          )}
        </div>
      </search>
      <Loaded what="owners" from={owners} lines={10}>
        {({ data, total }) =>
          data.length === 0 ? (
            <Empty icon="people" title={search ? 'No owner fits that' : 'No owners yet'}>
              {(search || page > 1) && (
                <Button onClick={() => change({ q: null })}>Show all owners</Button>
              )}
            </Empty>
          ) : (
            <>
              <Table label="Owners" columns={columns} rows={data} keyOf={({ id }) => id} />
              <Pager
                page={page}
                size={pageSize}
                total={total}
                onPage={(page) => change({ page: page === 1 ? null : page })}
              />
            </>
          )
        }
      </Loaded>
      {isAdding && <NewOwnerDialog onClose={() => setAdding(false)} />}
    </Page>
  )
}
