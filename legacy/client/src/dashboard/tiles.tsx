import { Link } from 'react-router'
import { useGet } from '../api/context.tsx'
import type { DashboardNumbers } from '../api/reports.ts'
import { Loaded } from '../ui/states.tsx'

/** The numbers of the day, each a way to what it counts. */
export function Tiles() {
  const numbers = useGet<DashboardNumbers>('/reports/dashboard')
  return (
    <Loaded what="numbers of the day" from={numbers} lines={2}>
      {({ today, overdueVaccinations, lowStock, openOrders }) => (
        <dl className="tiles">
          <Tile name="Still to come" value={today.booked} to="/calendar?view=day" />
          <Tile name="In the waiting room" value={today.checkedIn} to="/calendar?view=day" />
          <Tile name="Completed today" value={today.completed} to="/calendar?view=day" />
          <Tile
            name="Vaccinations overdue"
            value={overdueVaccinations}
            to="/reports/vaccinations"
          />
          <Tile name="Items run low" value={lowStock} to="/inventory/items?low=true" />
          <Tile
            name="Orders on their way"
            value={openOrders}
            to="/inventory/orders?status=ordered"
          />
        </dl>
      )}
    </Loaded>
  )
}

function Tile({ name, value, to }: { name: string; value: number; to: string }) {
  return (
    <div className="card tile">
      <dt>
        <Link to={to} className="row-link">
          {name}
        </Link>
      </dt>
      <dd>{value.toLocaleString('en-GB')}</dd>
    </div>
  )
}
