import { Outlet } from 'react-router'
import { Tabs } from '../ui/tabs.tsx'

const tabs = [
  { to: '/admin/users', text: 'Users' },
  { to: '/admin/clinics', text: 'Clinics' },
  { to: '/admin/services', text: 'Services' },
  { to: '/admin/hours', text: 'Working hours' },
  { to: '/admin/species', text: 'Species' },
  { to: '/admin/messages', text: 'Messages' },
  { to: '/admin/audit', text: 'Audit log' },
]

/** What administrators look after. */
export function AdminPage() {
  return (
    <>
      <Tabs label="Administration" tabs={tabs} />
      <Outlet />
    </>
  )
}
