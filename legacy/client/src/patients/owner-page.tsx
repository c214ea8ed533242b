import { useState } from 'react'
import { Link, useParams } from 'react-router'
import { useGet, useUser } from '../api/context.tsx'
import type { Owner } from '../api/patients.ts'
import { may } from '../app/permissions.ts'
import { dayInWords } from '../time/days.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { LongText } from '../ui/long-text.tsx'
import { Page } from '../ui/page.tsx'
import { Failed, Loaded } from '../ui/states.tsx'
import { DeleteOwnerDialog, EditOwnerDialog } from './owner-dialogs.tsx'
import { OwnerPets } from './owner-pets.tsx'
import { textIn } from './words.ts'

const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i

export function OwnerPage() {
  const { ownerId = '' } = useParams()
  return <OwnerDetails key={ownerId} ownerId={ownerId} />
}

function OwnerDetails({ ownerId }: { ownerId: string }) {
  const isId = uuid.test(ownerId)
  const owner = useGet<Owner>(isId ? `/owners/${ownerId}` : null)
  const { role } = useUser()
  return (
    <>
      <Link to={role === 'owner' ? '/patients' : '/owners'} className="back">
        <Icon name="left" size={16} /> {role === 'owner' ? 'My pets' : 'Owners'}
      </Link>
      {isId ? (
        <Loaded what="owner" from={owner} lines={8}>
          {(owner) => <KnownOwner owner={owner} />}
        </Loaded>
      ) : (
        <Failed what="owner" error={{ status: 404 }} />
      )}
    </>
  )
}

function KnownOwner({ owner }: { owner: Owner }) {
  const { role } = useUser()
  const [open, setOpen] = useState<'edit' | 'delete'>()
  const close = () => setOpen(undefined)
  return (
    <Page
      title={owner.fullName}
      subtitle={`Client since ${dayInWords(owner.createdAt.slice(0, 10))}`}
      actions={
        <>
          {may(role, 'delete owners') && (
            <IconButton icon="trash" label="Delete owner" onClick={() => setOpen('delete')} />
          )}
          {may(role, 'edit owners') && (
            <Button icon="pencil" onClick={() => setOpen('edit')}>
              Edit
            </Button>
          )}
        </>
      }
    >
      <div className="detail">
        <Contact owner={owner} />
        <OwnerPets owner={owner} />
      </div>
      {open === 'edit' && <EditOwnerDialog owner={owner} onClose={close} />}
      {open === 'delete' && <DeleteOwnerDialog owner={owner} onClose={close} />}
    </Page>
  )
}

function Contact({ owner }: { owner: Owner }) {
  const address = ['street', 'postcode', 'city'].map((key) => textIn(owner.address, key))
  const lines = [address[0], address.slice(1).filter(Boolean).join(' ')].filter(Boolean)
  const none = <span className="none">–</span>
  return (
    <section className="card contact" aria-label="Contact">
      <p>
        <Icon name="phone" />
        {owner.phone ? <a href={`tel:${owner.phone}`}>{owner.phone}</a> : none}
      </p>
      <p>
        <Icon name="mail" />
        {owner.email ? <a href={`mailto:${owner.email}`}>{owner.email}</a> : none}
      </p>
      <p>
        <Icon name="pin" />
        <span>{lines.length > 0 ? lines.map((line) => <span key={line}>{line}</span>) : none}</span>
      </p>
      {owner.notes && (
        <div className="notes">
          <h2>Notes</h2>
          <LongText text={owner.notes} />
        </div>
      )}
      <p className="hint">
        {owner.marketingOptIn ? 'May be sent news and offers.' : 'No news or offers, please.'}
      </p>
    </section>
  )
}
