import { Link } from 'react-router'
import { useGet } from '../api/context.tsx'
import type { ItemPage } from '../api/inventory.ts'
import type { DueVaccination } from '../api/patients.ts'
import { StockBadge } from '../inventory/stock-badge.tsx'
import { quantity } from '../inventory/words.ts'
import { Badge } from '../ui/badge.tsx'
import { ButtonLink } from '../ui/button.tsx'
import { Empty, Loaded } from '../ui/states.tsx'

const most = 6

interface Due {
  readonly items: readonly DueVaccination[]
}

/** The most urgent ones, with whom to call. */
export function VaccinationsDue() {
  const due = useGet<Due>('/vaccinations/due', { limit: most })
  return (
    <section className="card" aria-labelledby="due">
      <div className="card-head">
        <h2 id="due">Vaccinations due</h2>
      </div>
      <Loaded what="vaccinations" from={due} lines={4}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon="syringe" title="None is due in the next 30 days" />
          ) : (
            <ul className="to-do">
              {items.map((one) => (
                <li key={one.id}>
                  <span className="two-lines">
                    <Link to={`/patients/${one.petId}`} className="row-link">
                      {one.petName}, {one.vaccine}
                    </Link>
                    <small>{[one.ownerName, one.ownerPhone].filter(Boolean).join(' · ')}</small>
                  </span>
                  <Badge tone={one.status === 'overdue' ? 'red' : 'blue'}>{one.dueOn}</Badge>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </section>
  )
}

export function LowStock() {
  const low = useGet<ItemPage>('/inventory', { low: 'true', size: most })
  return (
    <section className="card" aria-labelledby="low">
      <div className="card-head">
        <h2 id="low">Runs low</h2>
        <ButtonLink to="/inventory/items?low=true" size="small" look="quiet">
          All of it
        </ButtonLink>
      </div>
      <Loaded what="stock" from={low} lines={4}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon="box" title="Enough of everything" />
          ) : (
            <ul className="to-do">
              {items.map((item) => (
                <li key={item.id}>
                  <span className="two-lines">
                    <Link to={`/inventory/items/${item.id}`} className="row-link">
                      {item.name}
                    </Link>
                    <small>
                      {quantity(item.onHand)} {item.unit} of at least {quantity(item.reorderAt)}
                    </small>
                  </span>
                  <StockBadge isLow={item.low} onHand={item.onHand} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </section>
  )
}
