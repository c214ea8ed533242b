import { Navigate, type RouteObject } from 'react-router'
import { AdminPage } from '../admin/admin-page.tsx'
import { AuditPage } from '../admin/audit-page.tsx'
import { ClinicsPage } from '../admin/clinics-page.tsx'
import { HoursPage } from '../admin/hours-page.tsx'
import { ServicesPage } from '../admin/services-page.tsx'
import { TemplatesPage } from '../admin/templates-page.tsx'
import { UsersPage } from '../admin/users-page.tsx'
import { CalendarPage } from '../calendar/calendar-page.tsx'
import { DashboardPage } from '../dashboard/dashboard-page.tsx'
import { InboxPage } from '../inbox/inbox-page.tsx'
import { NotificationsPage } from '../inbox/notifications-page.tsx'
import { PreferencesPage } from '../inbox/preferences-page.tsx'
import { InventoryPage } from '../inventory/inventory-page.tsx'
import { ItemPage } from '../inventory/item-page.tsx'
import { ItemsPage } from '../inventory/items-page.tsx'
import { OrderPage } from '../inventory/order-page.tsx'
import { OrdersPage } from '../inventory/orders-page.tsx'
import { SuppliersPage } from '../inventory/suppliers-page.tsx'
import { UsagePage } from '../inventory/usage-page.tsx'
import { LoginPage } from '../login/login-page.tsx'
import { SignUpPage } from '../login/sign-up-page.tsx'
import { OwnerPage } from '../patients/owner-page.tsx'
import { OwnersPage } from '../patients/owners-page.tsx'
import { PetPage } from '../patients/pet-page.tsx'
import { PetsPage } from '../patients/pets-page.tsx'
import { SpeciesPage } from '../patients/species-page.tsx'
import { ExportsPage } from '../reports/exports-page.tsx'
import { FirstReport, ReportsPage } from '../reports/reports-page.tsx'
import { RevenuePage } from '../reports/revenue-page.tsx'
import { VaccinationsPage } from '../reports/vaccinations-page.tsx'
import { WorkPage } from '../reports/work-page.tsx'
import { Broken, NotFound } from './dead-ends.tsx'
import { Home, Only, SignedIn } from './gates.tsx'
import { Shell } from './shell.tsx'

export const routes: RouteObject[] = [
  { path: '/login', element: <LoginPage />, errorElement: <Broken /> },
  { path: '/signup', element: <SignUpPage />, errorElement: <Broken /> },
  {
    element: (
      <SignedIn>
        <Shell />
      </SignedIn>
    ),
    errorElement: <Broken />,
    children: [
      { index: true, element: <Home /> },
      {
        errorElement: <Broken />,
        children: [
          {
            path: 'dashboard',
            element: <Only permission="see dashboard" show={<DashboardPage />} />,
          },
          { path: 'calendar', element: <CalendarPage /> },
          { path: 'patients', element: <PetsPage /> },
          { path: 'patients/:petId', element: <PetPage /> },
          { path: 'owners', element: <Only permission="see owners" show={<OwnersPage />} /> },
          { path: 'owners/:ownerId', element: <OwnerPage /> },
          {
            path: 'inventory',
            element: <Only permission="see inventory" show={<InventoryPage />} />,
            children: [
              { index: true, element: <Navigate to="items" replace /> },
              { path: 'items', element: <ItemsPage /> },
              { path: 'items/:itemId', element: <ItemPage /> },
              { path: 'orders', element: <OrdersPage /> },
              { path: 'orders/:orderId', element: <OrderPage /> },
              { path: 'suppliers', element: <SuppliersPage /> },
              { path: 'usage', element: <UsagePage /> },
            ],
          },
          {
            path: 'reports',
            element: <Only permission="see reports" show={<ReportsPage />} />,
            children: [
              { index: true, element: <FirstReport /> },
              {
                path: 'revenue',
                element: <Only permission="see revenue" show={<RevenuePage />} />,
              },
              { path: 'vaccinations', element: <VaccinationsPage /> },
              { path: 'work', element: <Only permission="see work" show={<WorkPage />} /> },
              {
                path: 'exports',
                element: <Only permission="see revenue" show={<ExportsPage />} />,
              },
            ],
          },
          {
            path: 'inbox',
            element: <NotificationsPage />,
            children: [
              { index: true, element: <Navigate to="messages" replace /> },
              { path: 'messages', element: <InboxPage /> },
              { path: 'preferences', element: <PreferencesPage /> },
            ],
          },
          {
            path: 'admin',
            element: <Only permission="administer" show={<AdminPage />} />,
            children: [
              { index: true, element: <Navigate to="users" replace /> },
              { path: 'users', element: <UsersPage /> },
              { path: 'clinics', element: <ClinicsPage /> },
              { path: 'services', element: <ServicesPage /> },
              { path: 'hours', element: <HoursPage /> },
              { path: 'species', element: <SpeciesPage /> },
              { path: 'messages', element: <TemplatesPage /> },
              { path: 'audit', element: <AuditPage /> },
            ],
          },
          { path: '*', element: <NotFound /> },
        ],
      },
    ],
  },
]
