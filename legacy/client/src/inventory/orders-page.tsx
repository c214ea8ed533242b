import { useState } from 'react'
import { Link } from 'react-router'
import { useGet, useUser } from '../api/context.tsx'
import type { Order, OrderPage } from '../api/inventory.ts'
import { may } from '../app/permissions.ts'
import { money } from '../patients/words.ts'
import { counted } from '../time/days.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Select } from '../ui/fields.tsx'
import { Page } from '../ui/page.tsx'
import { Pages } from '../ui/pager.tsx'
import { Empty, Loaded } from '../ui/states.tsx'
import { type Column, None, Table } from '../ui/table.tsx'
import { useListParams } from '../ui/use-list-params.ts'
import { OrderDialog } from './order-dialog.tsx'
import { statusNames, statusTones } from './words.ts'

const pageSize = 20

const statuses = [
  { value: '', text: 'All orders' },
  ...Object.entries(statusNames).map(([value, text]) => ({ value, text })),
]

export function OrdersPage() {
  const { role } = useUser()
  const { text, page, change } = useListParams()
  const [isAdding, setAdding] = useState(false)
  const status = text('status')
  const query = { status, offset: (page - 1) * pageSize, limit: pageSize }
  const orders = useGet<OrderPage>('/purchase-orders', query)
  return (
    <Page
      title="Orders"
      actions={
        may(role, 'edit inventory') && (
          <Button look="primary" icon="plus" onClick={() => setAdding(true)}>
            New order
          </Button>
        )
      }
    >
      <search className="filters">
        <div className="filter-row">
          <Select
            label="Status"
            value={status}
            options={statuses}
            onChange={(status) => change({ status })}
          />
        </div>
      </search>
      <Loaded what="orders" from={orders} lines={8}>
        {({ orders }) =>
          orders.length === 0 ? (
            <Empty icon="truck" title={status || page > 1 ? 'No more orders' : 'No orders yet'} />
          ) : (
            <>
              <Table label="Orders" columns={columns} rows={orders} keyOf={({ id }) => id} />
              <Pages
                page={page}
                // The API does not say how many there are, but a short page is the last.
                pages={orders.length < pageSize ? page : page + 1}
                onPage={(page) => change({ page: page === 1 ? null : page })}
              >
                Page {page}
              </Pages>
            </>
          )
        }
      </Loaded>
      {isAdding && <OrderDialog onClose={() => setAdding(false)} />}
    </Page>
  )
}

const columns: readonly Column<Order>[] = [
  {
    title: 'Order',
    place: 'main',
    cell: ({ id, supplierName, lines }) => (
      <span className="two-lines">
        <Link to={`/inventory/orders/${id}`} className="row-link">
          {supplierName}
        </Link>
        <small>
          Order {id}, {counted(lines.length, 'line')}
        </small>
      </span>
    ),
  },
  {
    title: 'Ordered',
    isShort: true,
    isNamed: true,
    cell: ({ orderedOn }) => orderedOn ?? <None />,
  },
  {
    title: 'Expected',
    isShort: true,
    place: 'hidden',
    cell: ({ expectedOn }) => expectedOn ?? <None />,
  },
  {
    title: 'Received',
    isShort: true,
    isNamed: true,
    cell: ({ receivedOn }) => receivedOn ?? <None />,
  },
  {
    title: 'Total',
    isNumber: true,
    isShort: true,
    isNamed: true,
    cell: ({ total }) => money(total),
  },
  {
    title: 'Status',
    place: 'side',
    isShort: true,
    cell: ({ status }) => <Badge tone={statusTones[status]}>{statusNames[status]}</Badge>,
  },
]
