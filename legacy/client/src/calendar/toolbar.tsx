import type { ServiceType } from '../api/appointments.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import type { View } from './view.ts'
import { serviceText } from './words.ts'

interface ToolbarProps {
  readonly view: View
  readonly services: readonly ServiceType[]
  readonly service: ServiceType | undefined
}

export function Toolbar({ view, services, service }: ToolbarProps) {
  const what = view.step === 7 ? 'week' : 'day'
  return (
    <div className="toolbar">
      <div className="toolbar-group" role="group" aria-label="Time">
        <IconButton icon="left" label={`Previous ${what}`} onClick={() => view.move(-view.step)} />
        <Button disabled={view.isAtStart} onClick={() => view.change({ day: null })}>
          Today
        </Button>
        <IconButton icon="right" label={`Next ${what}`} onClick={() => view.move(view.step)} />
        <input
          className="input day-input"
          type="date"
          aria-label="Go to day"
          required
          value={view.day}
          onChange={(event) => event.target.value && view.change({ day: event.target.value })}
        />
      </div>
      <div className="toolbar-end">
        {view.scope === 'week' && (
          <label className="inline-field">
            <span>Veterinarian</span>
            <span className="select">
              <select
                className="input"
                aria-label="Veterinarian"
                value={view.vet?.id}
                onChange={(event) => view.change({ vet: event.target.value })}
              >
                {view.vets.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </select>
              <Icon name="down" size={16} />
            </span>
          </label>
        )}
        <label className="inline-field">
          <span>Free times for</span>
          <span className="select">
            <select
              className="input"
              aria-label="Free times for"
              value={service?.id}
              onChange={(event) => view.change({ service: event.target.value })}
            >
              {services.map((one) => (
                <option key={one.id} value={one.id}>
                  {serviceText(one)}
                </option>
              ))}
            </select>
            <Icon name="down" size={16} />
          </span>
        </label>
      </div>
    </div>
  )
}

/** A week of one vet, or a day of all of them. */
export function ScopeSwitch({ view }: { view: View }) {
  return (
    <div className="segments wide-only" role="group" aria-label="Show">
      {(['week', 'day'] as const).map((scope) => (
        <button
          key={scope}
          type="button"
          aria-pressed={view.scope === scope}
          onClick={() => view.change({ view: scope === 'day' ? 'day' : null })}
        >
          {scope === 'week' ? 'Week' : 'Day'}
        </button>
      ))}
    </div>
  )
}
