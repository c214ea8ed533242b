import { createContext, type ReactNode, useContext } from 'react'
import type { Clinic } from '../api/appointments.ts'
import { useGet, useUser } from '../api/context.tsx'
import type { IsoDay } from '../time/days.ts'
import { localTime } from '../time/zone.ts'
import { Loaded } from '../ui/states.tsx'
import { useNow } from '../ui/hooks.ts'

const ClinicContext = createContext<Clinic | null>(null)

/** Shows what needs the clinic's time zone: hours in another one would be wrong, not just odd. */
export function WithClinic({ what, children }: { what: string; children: ReactNode }) {
  const clinic = useGet<Clinic>(`/clinics/${useUser().clinicId}`)
  return (
    <Loaded what={what} from={clinic}>
      {(clinic) => <ClinicContext value={clinic}>{children}</ClinicContext>}
    </Loaded>
  )
}

/** Only inside {@link WithClinic}. */
export function useClinic(): Clinic {
  const clinic = useContext(ClinicContext)
  if (!clinic) throw new Error('There is no WithClinic around this component')
  return clinic
}

/** The day at the clinic; by this computer's clock and zone where the clinic is not known. */
export function useToday(): IsoDay {
  const now = useNow()
  const here = new Intl.DateTimeFormat().resolvedOptions().timeZone
  return localTime(now, useContext(ClinicContext)?.timezone ?? here).day
}
