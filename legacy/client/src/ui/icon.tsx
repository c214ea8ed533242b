/** Strokes on a square of 24, drawn for this application. */
const strokes = {
  calendar:
    'M4 7.5A2.5 2.5 0 0 1 6.5 5h11A2.5 2.5 0 0 1 20 7.5v10a2.5 2.5 0 0 1-2.5 2.5h-11A2.5 2.5 0 0 1 4 17.5zM4 10h16M8.5 3v4M15.5 3v4',
  people:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20a6.5 6.5 0 0 1 13 0M16 4.4a3.5 3.5 0 0 1 0 6.2M18.5 14.6a6.5 6.5 0 0 1 3 5.4',
  leaf: 'M5 19c0-9 5-14 15-14 0 10-4 15-11 15-2 0-4-1-4-1zm0 0c2-4 5-7 9-9',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 20.5 20.5',
  plus: 'M12 5v14M5 12h14',
  close: 'M6 6l12 12M18 6 6 18',
  check: 'M5 12.5 10 17.5 19.5 7',
  left: 'M14.5 5.5 8 12l6.5 6.5',
  right: 'M9.5 5.5 16 12l-6.5 6.5',
  down: 'M5.5 9 12 15.5 18.5 9',
  alert: 'M12 8v5M12 16.5v.01M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5.2l3.3 2',
  pencil:
    'M4.5 19.5 5.6 15 16 4.6a1.8 1.8 0 0 1 2.5 0l.9.9a1.8 1.8 0 0 1 0 2.5L9 18.4zM14 6.6l3.4 3.4',
  trash: 'M4.5 6.5h15M9.5 6V4h5v2M6.5 6.5 7.4 20h9.2l.9-13.5M10 10.5v6M14 10.5v6',
  download: 'M12 4v11M7 10.5l5 5 5-5M4.5 20h15',
  upload: 'M12 16V5M7 9.5l5-5 5 5M4.5 20h15',
  syringe:
    'M15 3.5l5.5 5.5M17.7 6.2l-2.5 2.6M12 6l6 6M16.6 10.6 9 18.2H5.8v-3.3L13.4 7.4M5.8 18.2 3 21M10.3 10.5l1.7 1.7M8 12.8l1.7 1.7',
  clip: 'M19.5 11.5 12 19a4.7 4.7 0 0 1-6.6-6.6l8-8a3.1 3.1 0 0 1 4.4 4.4l-7.7 7.7a1.5 1.5 0 0 1-2.2-2.2l6.8-6.8',
  file: 'M13.5 3.5h-6A1.5 1.5 0 0 0 6 5v14a1.5 1.5 0 0 0 1.5 1.5h9A1.5 1.5 0 0 0 18 19V8zM13.5 3.5V8H18',
  image:
    'M5.5 5h13A1.5 1.5 0 0 1 20 6.5v11a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 17.5v-11A1.5 1.5 0 0 1 5.5 5zM4.5 17l4.7-5 3.6 3.8 2.4-2.3 4.3 4M15.5 9.5v.01',
  phone:
    'M5 4.5h3.6l1.7 4.4-2.2 1.7a12 12 0 0 0 5.3 5.3l1.7-2.2 4.4 1.7V19a1.5 1.5 0 0 1-1.6 1.5C10.5 20 4 13.5 3.5 6.1A1.5 1.5 0 0 1 5 4.5z',
  mail: 'M5 5.5h14A1.5 1.5 0 0 1 20.5 7v10A1.5 1.5 0 0 1 19 18.5H5A1.5 1.5 0 0 1 3.5 17V7A1.5 1.5 0 0 1 5 5.5zM4 7l8 6 8-6',
  pin: 'M12 21c4.7-4.5 7-8 7-11a7 7 0 1 0-14 0c0 3 2.3 6.5 7 11zM12 12.3a2.4 2.4 0 1 0 0-4.8 2.4 2.4 0 0 0 0 4.8z',
  chip: 'M7 7h10v10H7zM10 3.5V7M14 3.5V7M10 17v3.5M14 17v3.5M3.5 10H7M3.5 14H7M17 10h3.5M17 14h3.5',
  swap: 'M4 8.5h15M15 4.5l4 4-4 4M20 15.5H5M9 11.5l-4 4 4 4',
  filter: 'M4 6h16M7 12h10M10 18h4',
  out: 'M14 4.5H6.5A1.5 1.5 0 0 0 5 6v12a1.5 1.5 0 0 0 1.5 1.5H14M10 12h10.5M17 8.5l3.5 3.5-3.5 3.5',
  again: 'M19.5 12a7.5 7.5 0 1 1-2.2-5.3M19.5 3.5v4.2h-4.2',
  more: 'M5 12v.01M12 12v.01M19 12v.01',
  box: 'M12 3.5 20 7.5v9l-8 4-8-4v-9zM4 7.5l8 4 8-4M12 11.5v9',
  truck:
    'M3.5 6.5h10.5v10H3.5zM14 10h3.8l2.7 3.2v3.3H14M7.5 19a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6zM16.8 19a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6z',
  bell: 'M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15zM10 20.5h4',
  home: 'M4 11.5 12 4.5l8 7M6 10v9.5h4.5V14h3v5.5H18V10',
  chart: 'M4.5 4v15.5H20M8.5 16v-4M12.5 16V8M16.5 16v-6',
  gear: 'M12 15.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4zM12 3.5v2.3M12 18.2v2.3M3.5 12h2.3M18.2 12h2.3M6 6l1.6 1.6M16.4 16.4 18 18M18 6l-1.6 1.6M7.6 16.4 6 18',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5a7.5 7.5 0 0 1 15 0',
} as const

export type IconName = keyof typeof strokes | 'paw'

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  const common = { width: size, height: size, viewBox: '0 0 24 24', 'aria-hidden': true } as const
  if (name === 'paw') {
    return (
      <svg {...common} fill="currentColor" className="icon">
        <ellipse cx="5.6" cy="11" rx="2" ry="2.7" transform="rotate(-20 5.6 11)" />
        <ellipse cx="9.7" cy="6.6" rx="2" ry="2.9" transform="rotate(-6 9.7 6.6)" />
        <ellipse cx="14.3" cy="6.6" rx="2" ry="2.9" transform="rotate(6 14.3 6.6)" />
        <ellipse cx="18.4" cy="11" rx="2" ry="2.7" transform="rotate(20 18.4 11)" />
        <path d="M12 11.4c-2.8 0-5.8 3.4-5.8 6 0 1.9 1.3 2.8 2.9 2.8 1.2 0 1.9-.5 2.9-.5s1.7.5 2.9.5c1.6 0 2.9-.9 2.9-2.8 0-2.6-3-6-5.8-6z" />
      </svg>
    )
  }
  return (
    <svg
      {...common}
      className="icon"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={strokes[name]} />
    </svg>
  )
}
