import { useId, useRef } from 'react'
import { NavLink } from 'react-router'
import { useGet } from '../api/context.tsx'
import type { Role } from '../api/session.ts'
import { useMedia } from '../ui/hooks.ts'
import { Icon } from '../ui/icon.tsx'
import { type Place, placesFor } from './navigation.ts'

/** As many as fit below a phone's page, with a button for the others. */
const mostBelow = 4

/** The main navigation: at the side of wide screens, below the page on narrow ones. */
export function Places({ role }: { role: Role }) {
  const isNarrow = useMedia('(max-width: 760px)')
  const places = placesFor(role)
  const isFolded = isNarrow && places.length > mostBelow + 1
  const shown = isFolded ? places.slice(0, mostBelow) : places
  return (
    <nav aria-label="Main" className="places">
      {shown.map((place) => (
        <PlaceLink key={place.to} place={place} />
      ))}
      {isFolded && <More places={places.slice(mostBelow)} />}
    </nav>
  )
}

function PlaceLink({ place, onGo }: { place: Place; onGo?: () => void }) {
  const { to, text, icon } = place
  return (
    <NavLink to={to} className="place" title={text} onClick={onGo}>
      <Icon name={icon} size={21} />
      <span>{text}</span>
      {to === '/inbox' && <Unseen />}
    </NavLink>
  )
}

/** How much waits in the inbox. */
function Unseen() {
  const { unseen = 0 } = useGet<{ unseen: number }>('/notifications/unseen').value ?? {}
  if (unseen === 0) return null
  return (
    <b className="count" aria-label={`${unseen} new`}>
      {unseen > 99 ? '99+' : unseen}
    </b>
  )
}

function More({ places }: { places: readonly Place[] }) {
  const id = useId()
  const card = useRef<HTMLDivElement>(null)
  return (
    <>
      <button type="button" className="place" popoverTarget={id}>
        <Icon name="more" size={21} />
        <span>More</span>
        {places.some(({ to }) => to === '/inbox') && <Unseen />}
      </button>
      <div id={id} ref={card} popover="auto" className="more-places">
        {places.map((place) => (
          <PlaceLink key={place.to} place={place} onGo={() => card.current?.hidePopover()} />
        ))}
      </div>
    </>
  )
}
