import { useState } from 'react'
import { Link, useParams } from 'react-router'
import { useApi, useGet, useResource, useUser } from '../api/context.tsx'
import { type Item, listMovements, type Movement } from '../api/inventory.ts'
import { may } from '../app/permissions.ts'
import { money } from '../patients/words.ts'
import { dayInWords, shortDay } from '../time/days.ts'
import { Badge } from '../ui/badge.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Page } from '../ui/page.tsx'
import { Empty, Failed, Loaded } from '../ui/states.tsx'
import { type Column, None, Table } from '../ui/table.tsx'
import { AdjustDialog, DropItemDialog, ItemDialog } from './item-dialogs.tsx'
import { StockBadge } from './stock-badge.tsx'
import { kindNames, kindTones, movedBy, quantity } from './words.ts'

export function ItemPage() {
  const { itemId = '' } = useParams()
  const isId = /^\d{1,10}$/.test(itemId)
  const item = useGet<Item>(isId ? `/inventory/${itemId}` : null)
  return (
    <>
      <Link to="/inventory/items" className="back">
        <Icon name="left" size={16} /> Items
      </Link>
      {isId ? (
        <Loaded what="item" from={item} lines={8}>
          {(item) => <KnownItem key={item.id} item={item} />}
        </Loaded>
      ) : (
        <Failed what="item" error={{ status: 404 }} />
      )}
    </>
  )
}

function KnownItem({ item }: { item: Item }) {
  const { role } = useUser()
  const [open, setOpen] = useState<'edit' | 'adjust' | 'drop'>()
  const close = () => setOpen(undefined)
  return (
    <Page
      title={item.name}
      subtitle={<span className="code">{item.sku}</span>}
      actions={
        <>
          {may(role, 'administer') && (
            <IconButton icon="trash" label="Stop keeping it" onClick={() => setOpen('drop')} />
          )}
          {may(role, 'edit inventory') && (
            <Button icon="pencil" onClick={() => setOpen('edit')}>
              Edit
            </Button>
          )}
          <Button look="primary" icon="swap" onClick={() => setOpen('adjust')}>
            Adjust stock
          </Button>
        </>
      }
    >
      <div className="stack">
        <Facts item={item} />
        <Movements item={item} />
      </div>
      {open === 'edit' && <ItemDialog item={item} onClose={close} />}
      {open === 'adjust' && <AdjustDialog item={item} onClose={close} />}
      {open === 'drop' && <DropItemDialog item={item} onClose={close} />}
    </Page>
  )
}

function Facts({ item }: { item: Item }) {
  const facts = {
    'On hand': (
      <>
        {quantity(item.onHand)} {item.unit} <StockBadge isLow={item.low} onHand={item.onHand} />
      </>
    ),
    'Reorder at': `${quantity(item.reorderAt)} ${item.unit}`,
    'Price of one': money(item.price),
    Tags: item.tags.join(', ') || <span className="none">–</span>,
  }
  return (
    <section className="card facts" aria-label="Details">
      <dl>
        {Object.entries(facts).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

function Movements({ item }: { item: Item }) {
  const { client } = useApi()
  const [pages, setPages] = useState(1)
  const found = useResource(`/inventory/${item.id}/movements#${pages}`, () =>
    listMovements(client, item.id, pages),
  )
  return (
    <section className="card" aria-labelledby="movements">
      <div className="card-head">
        <h2 id="movements">In and out</h2>
      </div>
      <Loaded what="movements" from={found}>
        {({ movements, isAll }) =>
          movements.length === 0 ? (
            <Empty icon="box" title="Nothing came or went yet" />
          ) : (
            <>
              <Table label="Movements" columns={columns} rows={movements} keyOf={({ id }) => id} />
              {!isAll && (
                <Button look="quiet" isBusy={found.isPrevious} onClick={() => setPages(pages + 1)}>
                  Show older ones
                </Button>
              )}
            </>
          )
        }
      </Loaded>
    </section>
  )
}

const columns: readonly Column<Movement>[] = [
  {
    title: 'When',
    place: 'main',
    isShort: true,
    cell: ({ at }) => dayInWords(new Date(at * 1000).toISOString().slice(0, 10), shortDay),
  },
  {
    title: 'What',
    place: 'side',
    cell: ({ kind }) => <Badge tone={kindTones[kind]}>{kindNames[kind]}</Badge>,
  },
  {
    title: 'How much',
    isNumber: true,
    isShort: true,
    cell: ({ quantity }) => <b>{movedBy(quantity)}</b>,
  },
  {
    title: 'Of',
    cell: ({ orderId }) => (orderId === null ? <None /> : <OrderLink id={orderId} />),
  },
  { title: 'Note', cell: ({ note }) => note || <None /> },
]

function OrderLink({ id }: { id: number }) {
  return <Link to={`/inventory/orders/${id}`}>Order {id}</Link>
}
