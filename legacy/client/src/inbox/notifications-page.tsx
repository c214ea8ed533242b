import { Outlet } from 'react-router'
import { Tabs } from '../ui/tabs.tsx'

const tabs = [
  { to: '/inbox/messages', text: 'Inbox' },
  { to: '/inbox/preferences', text: 'Preferences' },
]

export function NotificationsPage() {
  return (
    <>
      <Tabs label="Notifications" tabs={tabs} />
      <Outlet />
    </>
  )
}
