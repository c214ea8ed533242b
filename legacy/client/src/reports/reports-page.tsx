import { Navigate, Outlet } from 'react-router'
import { useUser } from '../api/context.tsx'
import { may, type Permission } from '../app/permissions.ts'
import { Tabs } from '../ui/tabs.tsx'

const all: readonly { to: string; text: string; permission: Permission }[] = [
  { to: '/reports/revenue', text: 'Revenue', permission: 'see revenue' },
  { to: '/reports/vaccinations', text: 'Vaccinations', permission: 'see reports' },
  { to: '/reports/work', text: 'Work', permission: 'see work' },
  { to: '/reports/exports', text: 'Exports', permission: 'see revenue' },
]

const tabsFor = (role: ReturnType<typeof useUser>['role']) =>
  all.filter(({ permission }) => may(role, permission))

export function ReportsPage() {
  const { role } = useUser()
  return (
    <>
      <Tabs label="Reports" tabs={tabsFor(role)} />
      <Outlet />
    </>
  )
}

/** The first report that somebody may see. */
export function FirstReport() {
  const { role } = useUser()
  return <Navigate to={tabsFor(role)[0]!.to} replace />
}
