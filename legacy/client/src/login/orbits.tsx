import { LogoShapes } from '../app/logo.tsx'
import { Glyph } from '../patients/species-glyph.tsx'

const orbits = [
  { radius: 94, species: ['cat', 'bird'], seconds: 120, start: 35 },
  { radius: 158, species: ['dog', 'tortoise', 'rabbit'], seconds: 200, start: 92 },
]

/** Animals around a planet, slowly. */
export function Orbits() {
  return (
    <svg className="orbits" viewBox="-190 -190 380 380" aria-hidden="true">
      <g transform="translate(-74 -74) scale(4.625)">
        <LogoShapes />
      </g>
      {orbits.map(({ radius, species, seconds, start }) => (
        <g key={radius}>
          <circle r={radius} className="orbits-path" />
          <g className="orbits-turn" style={{ animationDuration: `${seconds}s` }}>
            {species.map((code, index) => {
              const angle = ((start + (index * 360) / species.length) * Math.PI) / 180
              const [x, y] = [Math.cos(angle) * radius, Math.sin(angle) * radius]
              return (
                <g key={code} transform={`translate(${x} ${y})`}>
                  <g className="orbits-upright" style={{ animationDuration: `${seconds}s` }}>
                    <circle r="25" className="orbits-moon" />
                    <g transform="translate(-15.6 -15.6) scale(1.3)" className="orbits-glyph">
                      <Glyph code={code} />
                    </g>
                  </g>
                </g>
              )
            })}
          </g>
        </g>
      ))}
    </svg>
  )
}
