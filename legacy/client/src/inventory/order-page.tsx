import { useState } from 'react'
import { Link, useParams } from 'react-router'
import { useApi, useGet, useUser } from '../api/context.tsx'
import type { Order, OrderLine } from '../api/inventory.ts'
import { may } from '../app/permissions.ts'
import { money } from '../patients/words.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/dialog.tsx'
import { Icon } from '../ui/icon.tsx'
import { Page } from '../ui/page.tsx'
import { Empty, Failed, Loaded } from '../ui/states.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { useToasts } from '../ui/toasts.tsx'
import { OrderDialog } from './order-dialog.tsx'
import { quantity, statusNames, statusTones } from './words.ts'

export function OrderPage() {
  const { orderId = '' } = useParams()
  const isId = /^\d{1,10}$/.test(orderId)
  const order = useGet<Order>(isId ? `/purchase-orders/${orderId}` : null)
  return (
    <>
      <Link to="/inventory/orders" className="back">
        <Icon name="left" size={16} /> Orders
      </Link>
      {isId ? (
        <Loaded what="order" from={order} lines={8}>
          {(order) => <KnownOrder key={order.id} order={order} />}
        </Loaded>
      ) : (
        <Failed what="order" error={{ status: 404 }} />
      )}
    </>
  )
}

type Open = 'edit' | 'order' | 'receive'

function KnownOrder({ order }: { order: Order }) {
  const [open, setOpen] = useState<Open>()
  const close = () => setOpen(undefined)
  return (
    <Page
      title={`Order ${order.id}`}
      subtitle={order.supplierName}
      actions={<Actions order={order} onOpen={setOpen} />}
    >
      <div className="stack">
        <Facts order={order} />
        <section className="card" aria-labelledby="lines">
          <div className="card-head">
            <h2 id="lines">Lines</h2>
            <b>{money(order.total)}</b>
          </div>
          {order.lines.length === 0 ? (
            <Empty icon="box" title="Nothing on this order yet" />
          ) : (
            <Table label="Lines" columns={columns} rows={order.lines} keyOf={({ line }) => line} />
          )}
        </section>
      </div>
      {open === 'edit' && <OrderDialog order={order} onClose={close} />}
      {(open === 'order' || open === 'receive') && (
        <StepDialog order={order} step={open} onClose={close} />
      )}
    </Page>
  )
}

function Actions({ order, onOpen }: { order: Order; onOpen: (open: Open) => void }) {
  const { role } = useUser()
  if (order.status === 'ordered') {
    return (
      <Button look="primary" icon="check" onClick={() => onOpen('receive')}>
        Receive
      </Button>
    )
  }
  if (order.status !== 'draft' || !may(role, 'edit inventory')) return null
  return (
    <>
      <Button icon="pencil" onClick={() => onOpen('edit')}>
        Edit
      </Button>
      <Button
        look="primary"
        icon="truck"
        disabled={order.lines.length === 0}
        onClick={() => onOpen('order')}
      >
        Order
      </Button>
    </>
  )
}

function Facts({ order }: { order: Order }) {
  const facts = {
    Status: <Badge tone={statusTones[order.status]}>{statusNames[order.status]}</Badge>,
    Ordered: order.orderedOn,
    Expected: order.expectedOn,
    Received: order.receivedOn,
  }
  return (
    <section className="card facts" aria-label="Details">
      <dl>
        {Object.entries(facts).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value ?? <span className="none">–</span>}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

const columns: readonly Column<OrderLine>[] = [
  {
    title: 'Item',
    place: 'main',
    cell: ({ itemId, itemName }) => <Link to={`/inventory/items/${itemId}`}>{itemName}</Link>,
  },
  { title: 'Quantity', isNumber: true, isShort: true, cell: (line) => quantity(line.quantity) },
  { title: 'Cost of one', isNumber: true, isShort: true, cell: ({ unitCost }) => money(unitCost) },
  { title: 'Cost', isNumber: true, isShort: true, place: 'side', cell: ({ cost }) => money(cost) },
]

interface StepProps {
  readonly order: Order
  readonly step: 'order' | 'receive'
  readonly onClose: () => void
}

const steps = {
  order: {
    title: 'Order this?',
    action: 'Order',
    text: 'After that its lines cannot be changed any more.',
    done: 'is ordered',
  },
  receive: {
    title: 'Has all of it arrived?',
    action: 'Receive',
    text: 'All of its lines go into stock.',
    done: 'is in stock',
  },
} as const

function StepDialog({ order, step, onClose }: StepProps) {
  const { client, cache } = useApi()
  const { tell } = useToasts()
  const { title, action, text, done } = steps[step]
  return (
    <ConfirmDialog
      title={title}
      action={action}
      look="primary"
      keep="Not yet"
      onClose={onClose}
      confirm={async () => {
        try {
          await client.post(`/purchase-orders/${order.id}/${step}`)
        } finally {
          cache.invalidate('/purchase-orders', '/inventory')
        }
        tell(`Order ${order.id} ${done}.`)
      }}
    >
      {order.supplierName}, {money(order.total)}. {text}
    </ConfirmDialog>
  )
}
