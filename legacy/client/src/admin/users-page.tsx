import { useState } from 'react'
import type { Account, AccountPage } from '../api/admin.ts'
import type { Clinic } from '../api/appointments.ts'
import { useGet, useUser } from '../api/context.tsx'
import { roleNames, roleOptions } from '../app/role-names.ts'
import { Badge } from '../ui/badge.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { Select } from '../ui/fields.tsx'
import { Page } from '../ui/page.tsx'
import { Pages } from '../ui/pager.tsx'
import { Empty, Loaded } from '../ui/states.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { useListParams } from '../ui/use-list-params.ts'
import { ApproveDialog, DeactivateDialog, UserDialog } from './user-dialogs.tsx'

type Open =
  | { readonly what: 'add' }
  | { readonly what: 'edit' | 'approve' | 'deactivate'; readonly account: Account }

export function UsersPage() {
  const { text, page, change } = useListParams()
  const clinicId = text('clinic')
  const role = text('role')
  const clinics = useGet<readonly Clinic[]>('/clinics').value ?? []
  const users = useGet<AccountPage>('/users', { clinicId, role, page })
  const [open, setOpen] = useState<Open>()
  const close = () => setOpen(undefined)
  const clinicOptions = clinics.map(({ id, name }) => ({ value: id, text: name }))
  return (
    <Page
      title="Users"
      subtitle="Of all clinics. Owners who sign up wait here until they are approved."
      actions={
        <Button look="primary" icon="plus" onClick={() => setOpen({ what: 'add' })}>
          New user
        </Button>
      }
    >
      <search className="filters">
        <div className="filter-row">
          <Select
            label="Clinic"
            value={clinicId}
            options={[{ value: '', text: 'All clinics' }, ...clinicOptions]}
            onChange={(clinic) => change({ clinic })}
          />
          <Select
            label="Role"
            value={role}
            options={[{ value: '', text: 'All roles' }, ...roleOptions]}
            onChange={(role) => change({ role })}
          />
        </div>
      </search>
      <Loaded what="users" from={users} lines={10}>
        {({ users, pages }) =>
          users.length === 0 ? (
            <Empty icon="person" title="No user fits that">
              <Button onClick={() => change({ clinic: null, role: null })}>Show all users</Button>
            </Empty>
          ) : (
            <>
              <Table
                label="Users"
                columns={[...columnsWith(clinics), actionsWith(setOpen)]}
                rows={users}
                keyOf={({ id }) => id}
              />
              <Pages
                page={page}
                pages={pages}
                onPage={(page) => change({ page: page === 1 ? null : page })}
              >
                Page {page} of {pages}
              </Pages>
            </>
          )
        }
      </Loaded>
      {open?.what === 'add' && <UserDialog clinics={clinics} onClose={close} />}
      {open?.what === 'edit' && (
        <UserDialog clinics={clinics} account={open.account} onClose={close} />
      )}
      {open?.what === 'approve' && <ApproveDialog account={open.account} onClose={close} />}
      {open?.what === 'deactivate' && <DeactivateDialog account={open.account} onClose={close} />}
    </Page>
  )
}

function columnsWith(clinics: readonly Clinic[]): Column<Account>[] {
  const clinicName = (id: number) => clinics.find((clinic) => clinic.id === id)?.name ?? `${id}`
  return [
    {
      title: 'Name',
      place: 'main',
      cell: ({ name, email }) => (
        <span className="two-lines">
          <b>{name}</b>
          <small>{email}</small>
        </span>
      ),
    },
    { title: 'Role', isShort: true, cell: ({ role }) => roleNames[role] },
    { title: 'Clinic', cell: ({ clinicId }) => clinicName(clinicId) },
    {
      title: 'State',
      place: 'side',
      isShort: true,
      cell: ({ active }) => (
        <Badge tone={active ? 'green' : 'grey'}>{active ? 'Active' : 'Not active'}</Badge>
      ),
    },
  ]
}

function actionsWith(onOpen: (open: Open) => void): Column<Account> {
  return { title: '', cell: (account) => <Actions account={account} onOpen={onOpen} /> }
}

function Actions({ account, onOpen }: { account: Account; onOpen: (open: Open) => void }) {
  const isSelf = useUser().id === account.id
  return (
    <span className="row-actions">
      {!account.active && (
        <Button
          size="small"
          icon="check"
          aria-label={`Activate ${account.name}`}
          onClick={() => onOpen({ what: 'approve', account })}
        >
          Activate
        </Button>
      )}
      <IconButton
        icon="pencil"
        label={`Edit ${account.name}`}
        onClick={() => onOpen({ what: 'edit', account })}
      />
      {account.active && !isSelf && (
        <IconButton
          icon="out"
          label={`Deactivate ${account.name}`}
          onClick={() => onOpen({ what: 'deactivate', account })}
        />
      )}
    </span>
  )
}
