import type { RouteObject } from 'react-router'
import { CalendarPage } from '../calendar/calendar-page.tsx'
import { LoginPage } from '../login/login-page.tsx'
import { OwnerPage } from '../patients/owner-page.tsx'
import { OwnersPage } from '../patients/owners-page.tsx'
import { PetPage } from '../patients/pet-page.tsx'
import { PetsPage } from '../patients/pets-page.tsx'
import { SpeciesPage } from '../patients/species-page.tsx'
import { Broken, NotFound } from './dead-ends.tsx'
import { Home, Only, SignedIn } from './gates.tsx'
import { Shell } from './shell.tsx'

export const routes: RouteObject[] = [
  { path: '/login', element: <LoginPage />, errorElement: <Broken /> },
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
          { path: 'calendar', element: <CalendarPage /> },
          { path: 'patients', element: <PetsPage /> },
          { path: 'patients/:petId', element: <PetPage /> },
          { path: 'owners', element: <Only permission="see owners" show={<OwnersPage />} /> },
          { path: 'owners/:ownerId', element: <OwnerPage /> },
          { path: 'species', element: <Only permission="edit species" show={<SpeciesPage />} /> },
          { path: '*', element: <NotFound /> },
        ],
      },
    ],
  },
]
