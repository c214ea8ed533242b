import { useEffect, useState } from 'react'
import type { Availability } from '../api/appointments.ts'
import { useApi } from '../api/context.tsx'
import { asApiError } from '../api/errors.ts'
import { addDays, daysFrom, type IsoDay } from '../time/days.ts'
import { Button } from '../ui/button.tsx'
import { firstWith } from './slots.ts'

interface NextFreeDayProps {
  readonly after: IsoDay
  readonly serviceTypeId: number | undefined
  readonly vetId: number | undefined
  readonly onDay: (day: IsoDay) => void
}

const weeks = 3

/** For a day on which nothing is free: looks for the next one with something. */
export function NextFreeDay({ after, serviceTypeId, vetId, onDay }: NextFreeDayProps) {
  const { client } = useApi()
  const [isLooking, setLooking] = useState(false)
  const [said, setSaid] = useState<string>()

  useEffect(() => {
    if (!isLooking) return
    const stop = new AbortController()
    const isFree = async (date: IsoDay) => {
      const query = { date, serviceTypeId, vetId }
      const answer = await client.send('GET', '/availability', { query, signal: stop.signal })
      return ((await answer.json()) as Availability).slots.length > 0
    }
    firstWith(daysFrom(addDays(after, 1), weeks * 7), isFree)
      .then((day) => {
        if (stop.signal.aborted) return
        if (day !== undefined) return onDay(day)
        setSaid(`Nor is anything in the ${weeks} weeks after it.`)
        setLooking(false)
      })
      .catch((thrown: unknown) => {
        if (stop.signal.aborted) return
        setSaid(asApiError(thrown).message)
        setLooking(false)
      })
    return () => stop.abort()
  }, [isLooking, client, after, serviceTypeId, vetId, onDay])

  return (
    <>
      {said !== undefined && <span role="status">{said} </span>}
      <Button size="small" icon="right" isBusy={isLooking} onClick={() => setLooking(true)}>
        Next free day
      </Button>
    </>
  )
}
