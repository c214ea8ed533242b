/** A planet with a paw on it. */
export function Logo({ size = 32 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" className="logo">
      <LogoShapes />
    </svg>
  )
}

/** Within a square of 32. */
export function LogoShapes() {
  return (
    <>
      <circle cx="16" cy="16" r="13" fill="var(--logo-sphere)" />
      <g fill="var(--logo-paw)">
        <ellipse cx="9.8" cy="15" rx="1.9" ry="2.5" transform="rotate(-22 9.8 15)" />
        <ellipse cx="13.6" cy="10.7" rx="1.9" ry="2.7" transform="rotate(-7 13.6 10.7)" />
        <ellipse cx="18.4" cy="10.7" rx="1.9" ry="2.7" transform="rotate(7 18.4 10.7)" />
        <ellipse cx="22.2" cy="15" rx="1.9" ry="2.5" transform="rotate(22 22.2 15)" />
        <path d="M16 15.2c-2.6 0-5.4 3.1-5.4 5.5 0 1.8 1.2 2.6 2.7 2.6 1.1 0 1.8-.5 2.7-.5s1.6.5 2.7.5c1.5 0 2.7-.8 2.7-2.6 0-2.4-2.8-5.5-5.4-5.5z" />
      </g>
      <path
        d="M2.6 21.5C.4 25 .9 27.6 4.6 27.6c5 0 13.4-4.2 19.3-10.1 3.6-3.6 6.1-7.4 6.6-10.2"
        fill="none"
        stroke="var(--logo-ring)"
        strokeWidth="1.8"
        strokeLinecap="round"
      />
    </>
  )
}
