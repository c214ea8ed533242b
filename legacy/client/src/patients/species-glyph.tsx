import type { CSSProperties } from 'react'

interface Kind {
  readonly words: readonly string[]
  /** Of the ground behind the glyph, in degrees around the colour wheel. */
  readonly hue: number
  readonly draw: () => React.ReactNode
}

const eyes = (y: number, left = 9, right = 15) => (
  <g fill="var(--glyph-eye, white)">
    <circle cx={left} cy={y} r="1.15" />
    <circle cx={right} cy={y} r="1.15" />
  </g>
)

const kinds: readonly Kind[] = [
  {
    words: ['cat'],
    hue: 300,
    draw: () => (
      <>
        <path d="M4.6 3.3 9 6.5a10 10 0 0 1 6 0l4.4-3.2c.7-.5 1.6 0 1.6.9V13c0 4.6-4 7.7-9 7.7S3 17.6 3 13V4.2c0-.9.9-1.4 1.6-.9z" />
        {eyes(12.5, 8.6, 15.4)}
        <path d="m10.8 15.4h2.4L12 16.9z" fill="var(--glyph-eye, white)" />
      </>
    ),
  },
  {
    words: ['dog', 'puppy', 'wolf'],
    hue: 70,
    draw: () => (
      <>
        <path d="M12 3.5c4.3 0 6.7 2.7 6.7 7.2 0 6-2.5 10-6.7 10s-6.7-4-6.7-10c0-4.5 2.4-7.2 6.7-7.2z" />
        <path
          d="M6.8 4.6C3.6 4 1.3 6.5 1.4 10.3c.1 3 1.2 5.3 2.5 5.3 1.6 0 1.8-2.4 2.3-5.3.4-2 1.4-3.4 2.2-4.3zM17.2 4.6c3.2-.6 5.5 1.9 5.4 5.7-.1 3-1.2 5.3-2.5 5.3-1.6 0-1.8-2.4-2.3-5.3-.4-2-1.4-3.4-2.2-4.3z"
          opacity=".6"
        />
        {eyes(11, 9.4, 14.6)}
        <ellipse cx="12" cy="15.6" rx="2.1" ry="1.5" fill="var(--glyph-eye, white)" />
      </>
    ),
  },
  {
    words: ['rabbit', 'hare'],
    hue: 15,
    draw: () => (
      <>
        <ellipse cx="8.7" cy="6.5" rx="2.2" ry="5.3" transform="rotate(-9 8.7 6.5)" opacity=".6" />
        <ellipse cx="15.3" cy="6.5" rx="2.2" ry="5.3" transform="rotate(9 15.3 6.5)" opacity=".6" />
        <ellipse cx="12" cy="15.7" rx="6.9" ry="6" />
        {eyes(14.6, 9.5, 14.5)}
        <ellipse cx="12" cy="17.4" rx="1.1" ry=".8" fill="var(--glyph-eye, white)" />
      </>
    ),
  },
  {
    words: ['bird', 'parrot', 'budgerigar'],
    hue: 240,
    draw: () => (
      <>
        <path d="M18 9.4 22.8 11.5 17.8 13.2z" opacity=".6" />
        <path d="M12.5 4a6 6 0 0 1 6 6c0 5.8-3.5 10-9 10-4 0-6.5-1.3-8.3-3 3.4.2 4.9-1.3 5.3-3.5V10a6 6 0 0 1 6-6z" />
        <path
          d="M8.5 12.5h5.3c0 3-1.6 4.8-3.8 4.8-1.2 0-1.5-2.3-1.5-4.8z"
          fill="var(--glyph-eye, white)"
          opacity=".55"
        />
        <circle cx="14.2" cy="9" r="1.2" fill="var(--glyph-eye, white)" />
      </>
    ),
  },
  {
    words: ['tortoise', 'turtle', 'reptile', 'lizard', 'snake'],
    hue: 140,
    draw: () => (
      <>
        <path
          d="M4 16.5h3.6v2.3a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1zM12.2 16.5h3.6v2.3a1 1 0 0 1-1 1h-1.6a1 1 0 0 1-1-1z"
          opacity=".6"
        />
        <path
          d="M16 15.8c1 0 1.5-.8 1.7-2.3.2-1.8 1.2-3 2.8-3 1.5 0 2.6 1.2 2.6 2.8 0 2.7-2.3 4.5-5.3 4.5H16z"
          opacity=".6"
        />
        <path d="M1.8 17.2a8.2 8.8 0 0 1 16.4 0c0 .5-.4.8-.8.8H2.6c-.4 0-.8-.3-.8-.8z" />
        <path d="M7 13.5 10 11l3 2.5-1.2 3.2H8.2z" fill="var(--glyph-eye, white)" opacity=".55" />
        <circle cx="20.7" cy="12.9" r=".9" fill="var(--glyph-eye, white)" />
      </>
    ),
  },
  {
    words: ['guinea pig', 'hamster', 'rodent', 'mouse', 'rat', 'ferret'],
    hue: 40,
    draw: () => (
      <>
        <circle cx="6.8" cy="8" r="2.7" opacity=".6" />
        <circle cx="17.2" cy="8" r="2.7" opacity=".6" />
        <path d="M12 6.5c5.5 0 9 3 9 7.5s-3.5 6.5-9 6.5-9-2-9-6.5 3.5-7.5 9-7.5z" />
        {eyes(12.6, 8.4, 15.6)}
        <ellipse cx="12" cy="15.8" rx="1.5" ry="1.1" fill="var(--glyph-eye, white)" />
      </>
    ),
  },
]

const paw: Kind = {
  words: [],
  hue: 170,
  draw: () => (
    <>
      <ellipse cx="5.6" cy="11" rx="2" ry="2.7" transform="rotate(-20 5.6 11)" />
      <ellipse cx="9.7" cy="6.6" rx="2" ry="2.9" />
      <ellipse cx="14.3" cy="6.6" rx="2" ry="2.9" />
      <ellipse cx="18.4" cy="11" rx="2" ry="2.7" transform="rotate(20 18.4 11)" />
      <path d="M12 11.4c-2.8 0-5.8 3.4-5.8 6 0 1.9 1.3 2.8 2.9 2.8 1.2 0 1.9-.5 2.9-.5s1.7.5 2.9.5c1.6 0 2.9-.9 2.9-2.8 0-2.6-3-6-5.8-6z" />
    </>
  ),
}

/** Clinics name species as they like: "reptile/tortoise" is a tortoise. */
function kindOf(code: string): Kind {
  const name = code.toLowerCase()
  return (
    kinds.find(({ words }) => words.includes(name)) ??
    kinds.find(({ words }) => words.some((word) => name.split(/[^a-z]+/).includes(word))) ??
    paw
  )
}

export function Glyph({ code }: { code: string }) {
  return <g fill="currentColor">{kindOf(code).draw()}</g>
}

/** An animal on a ground of its own colour. It only decorates: the species is always written, too. */
export function SpeciesGlyph({ code, size = 36 }: { code: string; size?: number }) {
  const style = { '--hue': kindOf(code).hue, '--size': `${size}px` } as CSSProperties
  return (
    <span className="glyph" style={style} aria-hidden="true">
      <svg viewBox="0 0 24 24">
        <Glyph code={code} />
      </svg>
    </span>
  )
}
