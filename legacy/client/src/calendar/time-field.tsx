import { type ReactNode, useId } from 'react'
import type { Resource } from '../api/context.tsx'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/fields.tsx'
import { useProblem } from '../ui/form.tsx'
import { Icon } from '../ui/icon.tsx'
import { byPartOfDay, type FreeTime } from './slots.ts'

interface TimeFieldProps {
  readonly free: readonly FreeTime[]
  readonly from: Resource<unknown>
  readonly time: string
  readonly onTime: (time: string) => void
  /** What helps on a day when nothing is free. */
  readonly whenNone: ReactNode
  /** Staff know of gaps between the quarters of an hour. */
  readonly mayTypeTime: boolean
}

/** The free times of a day to choose one of. */
export function TimeField({ mayTypeTime, ...rest }: TimeFieldProps) {
  const { time, onTime } = rest
  return (
    <>
      {mayTypeTime && (
        <TextField
          name="start"
          label="Time"
          type="time"
          required
          value={time}
          onChange={(event) => onTime(event.target.value)}
        />
      )}
      <FreeTimes {...rest} isAlone={!mayTypeTime} />
    </>
  )
}

interface FreeTimesProps extends Omit<TimeFieldProps, 'mayTypeTime'> {
  /** There is no other control that shows what is wrong. */
  readonly isAlone: boolean
}

function FreeTimes({ free, from, time, onTime, whenNone, isAlone }: FreeTimesProps) {
  const id = useId()
  const problem = useProblem('start')
  return (
    <fieldset className="free-times wide" aria-busy={from.isLoading}>
      <legend>Free times</legend>
      {isAlone && <input type="hidden" name="start" value={time} />}
      {isAlone && problem !== undefined && (
        <p className="problem" id={id} role="alert">
          <Icon name="alert" size={15} /> {problem}
        </p>
      )}
      {from.error ? (
        <p className="free-none">
          {from.error.message}{' '}
          <Button size="small" icon="again" onClick={from.retry}>
            Try again
          </Button>
        </p>
      ) : free.length === 0 ? (
        <p className="free-none">
          {from.isLoading ? (
            'Looking for free times …'
          ) : (
            <>Nothing is free on this day. {whenNone}</>
          )}
        </p>
      ) : (
        <div className={from.isPrevious ? 'previous' : ''}>
          {byPartOfDay(free).map(({ name, times }) => (
            <div key={name} className="part-of-day">
              <span>{name}</span>
              <div>
                {times.map(({ clock }) => (
                  <label key={clock} className="chip">
                    <input
                      type="radio"
                      name="free"
                      value={clock}
                      checked={clock === time}
                      onChange={() => onTime(clock)}
                    />
                    {clock}
                  </label>
                ))}
              </div>
            </div>
          ))}
        </div>
      )}
    </fieldset>
  )
}
