import { useCallback, useState } from 'react'
import { Link } from 'react-router'
import { useGet, useUser } from '../api/context.tsx'
import type { Item, ItemPage } from '../api/inventory.ts'
import { may } from '../app/permissions.ts'
import { money } from '../patients/words.ts'
import { Button } from '../ui/button.tsx'
import { CheckField } from '../ui/fields.tsx'
import { Page } from '../ui/page.tsx'
import { Pager } from '../ui/pager.tsx'
import { SearchBox } from '../ui/search-box.tsx'
import { Empty, Loaded } from '../ui/states.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { useListParams } from '../ui/use-list-params.ts'
import { ItemDialog } from './item-dialogs.tsx'
import { StockBadge } from './stock-badge.tsx'
import { quantity } from './words.ts'

const pageSize = 50

export function ItemsPage() {
  const { role } = useUser()
  const { text, page, change } = useListParams()
  const [isAdding, setAdding] = useState(false)
  const q = text('q')
  const low = text('low') === 'true'
  const query = { q, low: low ? 'true' : null, page, size: pageSize }
  const items = useGet<ItemPage>('/inventory', query)
  const look = useCallback((q: string) => change({ q }), [change])
  return (
    <Page
      title="Items"
      actions={
        may(role, 'edit inventory') && (
          <Button look="primary" icon="plus" onClick={() => setAdding(true)}>
            New item
          </Button>
        )
      }
    >
      <search className="filters">
        <div className="filter-row">
          <SearchBox label="Search items" placeholder="Name or SKU …" value={q} onChange={look} />
          <CheckField
            label="Only what runs low"
            checked={low}
            onChange={(event) => change({ low: event.target.checked ? 'true' : null })}
          />
        </div>
      </search>
      <Loaded what="items" from={items} lines={10}>
        {({ items, page: { total } }) =>
          items.length === 0 ? (
            <NoItems
              isNarrowed={Boolean(q || low)}
              onClear={() => change({ q: null, low: null })}
            />
          ) : (
            <>
              <Table label="Items" columns={columns} rows={items} keyOf={({ id }) => id} />
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
      {isAdding && <ItemDialog onClose={() => setAdding(false)} />}
    </Page>
  )
}

function NoItems({ isNarrowed, onClear }: { isNarrowed: boolean; onClear: () => void }) {
  if (!isNarrowed) return <Empty icon="box" title="Nothing is kept in stock yet" />
  return (
    <Empty icon="search" title="No item fits that">
      <Button onClick={onClear}>Show all items</Button>
    </Empty>
  )
}

const columns: readonly Column<Item>[] = [
  {
    title: 'Name',
    place: 'main',
    cell: ({ id, name, sku }) => (
      <span className="two-lines">
        <Link to={`/inventory/items/${id}`} className="row-link">
          {name}
        </Link>
        <small className="code">{sku}</small>
      </span>
    ),
  },
  {
    title: 'Tags',
    place: 'hidden',
    cell: ({ tags }) => (
      <span className="tags">
        {tags.map((tag) => (
          <span key={tag} className="tag">
            {tag}
          </span>
        ))}
      </span>
    ),
  },
  {
    title: 'On hand',
    isShort: true,
    isNumber: true,
    isNamed: true,
    cell: ({ onHand, unit }) => `${quantity(onHand)} ${unit}`,
  },
  {
    title: 'Reorder at',
    isShort: true,
    isNumber: true,
    place: 'hidden',
    cell: ({ reorderAt }) => quantity(reorderAt),
  },
  {
    title: 'Price',
    isShort: true,
    isNumber: true,
    isNamed: true,
    cell: ({ price }) => money(price),
  },
  {
    title: 'State',
    place: 'side',
    isShort: true,
    cell: ({ low, onHand }) => <StockBadge isLow={low} onHand={onHand} />,
  },
]
