import { Outlet } from 'react-router'
import { Tabs } from '../ui/tabs.tsx'

const tabs = [
  { to: '/inventory/items', text: 'Items' },
  { to: '/inventory/orders', text: 'Orders' },
  { to: '/inventory/suppliers', text: 'Suppliers' },
  { to: '/inventory/usage', text: 'Usage' },
]

export function InventoryPage() {
  return (
    <>
      <Tabs label="Inventory" tabs={tabs} />
      <Outlet />
    </>
  )
}
