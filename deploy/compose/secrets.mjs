// Warns of each secret (CHECK_NAME in the environment) that is not set, for docker-compose.yml then uses a default
// that everybody can read. `--new FILE` prints FILE, an .env.example, with secrets made up instead.
// Plain JavaScript: any Node runs it, in the image or outside.
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'

const shortest = 16
const [option, file] = process.argv.slice(2)
if (option === '--new') makeUp(file)
else check()

function makeUp(file) {
  const text = readFileSync(file, 'utf8')
  const fresh = () => randomBytes(16).toString('hex')
  process.stdout.write(text.replaceAll(/^(\w+)=$/gm, (_, name) => `${name}=${fresh()}`))
}

function check() {
  const warnings = Object.entries(process.env).flatMap(([variable, value]) => {
    if (!variable.startsWith('CHECK_')) return []
    const name = variable.slice('CHECK_'.length)
    if (value === '' || value.startsWith('insecure-default')) {
      return [`default secret in use: set ${name}`]
    }
    return value.length < shortest ? [`short secret in use: ${name}`] : []
  })
  for (const warning of warnings) console.warn(`WARNING: ${warning}`)
  if (warnings.length === 0) return
  console.warn(
    'WARNING: whoever reaches these servers can get in. Secrets belong into .env: see .env.example.',
  )
}
