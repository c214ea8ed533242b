import { useCallback, useId, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { SearchBox } from '../ui/search-box.tsx'
import type { PetFilters } from './pet-filters.ts'
import { useSpecies } from './use-species.ts'
import { sexOptions, speciesOptions } from './words.ts'

export function PetFilterBar({ filters }: { filters: PetFilters }) {
  const [isOpen, setOpen] = useState(filters.isDetailed)
  const species = useSpecies()
  const id = useId()
  const { change } = filters
  const search = useCallback((q: string) => change({ q }), [change])
  return (
    <search className="filters">
      <div className="filter-row">
        <SearchBox
          label="Search patients"
          placeholder="Name, microchip, colour …"
          value={filters.q}
          onChange={search}
        />
        <span className="select">
          <select
            className="input"
            aria-label="Species"
            value={filters.species}
            onChange={(event) => change({ species: event.target.value })}
          >
            <option value="">All species</option>
            {speciesOptions(species.value).map(({ value, text }) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
          <Icon name="down" size={16} />
        </span>
        <Button
          icon="filter"
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setOpen(!isOpen)}
        >
          More filters
          {filters.details > 0 && <span className="count">{filters.details}</span>}
        </Button>
        {filters.isNarrowed && (
          <Button look="quiet" onClick={filters.clear}>
            Clear
          </Button>
        )}
      </div>
      <div id={id} className="filter-row more" hidden={!isOpen}>
        <label className="field">
          <span>Sex</span>
          <span className="select">
            <select
              className="input"
              aria-label="Sex"
              value={filters.sex}
              onChange={(event) => change({ sex: event.target.value })}
            >
              <option value="">Any</option>
              {sexOptions.map(({ value, text }) => (
                <option key={value} value={value}>
                  {text}
                </option>
              ))}
            </select>
            <Icon name="down" size={16} />
          </span>
        </label>
        <label className="field">
          <span>Born from</span>
          <input
            className="input"
            type="date"
            value={filters.bornFrom}
            max={filters.bornTo || undefined}
            onChange={(event) => change({ born_from: event.target.value })}
          />
        </label>
        <label className="field">
          <span>Born until</span>
          <input
            className="input"
            type="date"
            value={filters.bornTo}
            min={filters.bornFrom || undefined}
            onChange={(event) => change({ born_to: event.target.value })}
          />
        </label>
        <AllergyFilter filters={filters} key={filters.allergy} />
      </div>
    </search>
  )
}

/** Only whole names of allergies are found, so it waits for Enter. */
function AllergyFilter({ filters }: { filters: PetFilters }) {
  const [text, setText] = useState(filters.allergy)
  const tell = () => {
    if (text.trim() !== filters.allergy) filters.change({ allergy: text.trim() })
  }
  return (
    <label className="field">
      <span>Allergic to</span>
      <input
        className="input"
        value={text}
        maxLength={100}
        placeholder="penicillin"
        onChange={(event) => setText(event.target.value)}
        onBlur={tell}
        onKeyDown={(event) => {
          if (event.key === 'Enter') tell()
        }}
      />
    </label>
  )
}
