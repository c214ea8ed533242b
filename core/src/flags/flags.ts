import { CoreError } from '../errors.ts'
import type { Side } from '../machine/control.ts'

/** The flag that says which share of a slice's reads goes to the extracted side. */
export function flagName(slice: string): string {
  return `strangler.${slice}.reads`
}

/** Where flags are set: Unleash's admin interface. */
export interface FlagAdmin {
  readonly url: string
  /** An admin token. */
  readonly token: string
  readonly project?: string
  readonly environment?: string
}

interface Strategy {
  readonly id: string
  readonly name: string
  readonly parameters?: Readonly<Record<string, string>>
  readonly [more: string]: unknown
}

const rolloutStrategy = 'flexibleRollout'

/**
 * Sets the share of a slice's reads that goes to the extracted side, for Unleash's gradual rollout: sticky by
 * principal, and growing shares move nobody back. Constraints that somebody added stay.
 *
 * @param percent 0 to 100.
 * @throws CoreError FLAGS_UNREACHABLE when Unleash does not answer or refuses.
 */
export async function setShare(admin: FlagAdmin, slice: string, percent: number): Promise<void> {
  const { environment = 'development' } = admin
  const feature = `features/${flagName(slice)}`
  const strategies = `${feature}/environments/${environment}/strategies`
  const parameters = { rollout: String(percent), stickiness: 'userId', groupId: slice }
  if (!(await call(admin, 'GET', feature))) {
    await call(admin, 'POST', 'features', {
      name: flagName(slice),
      type: 'operational',
      description: `The share of reads of slice "${slice}" that the extracted side answers. Set by "strangler shift".`,
    })
  }
  const existing = ((await call(admin, 'GET', strategies)) ?? []) as Strategy[]
  const rollout = existing.find(({ name }) => name === rolloutStrategy)
  if (rollout) {
    const changed = { ...rollout, parameters: { ...rollout.parameters, ...parameters } }
    await call(admin, 'PUT', `${strategies}/${rollout.id}`, changed)
  } else {
    await call(admin, 'POST', strategies, { name: rolloutStrategy, parameters, constraints: [] })
  }
  await call(admin, 'POST', `${feature}/environments/${environment}/on`)
}

/** The share that sends reads where they go anyway, to the slice's owner. */
export function matchingShare(owner: Side): number {
  return owner === 'extracted' ? 100 : 0
}

/** One request to Unleash's admin interface; undefined for what is not there. */
async function call(
  { url, token, project = 'default' }: FlagAdmin,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const address = new URL(
    `api/admin/projects/${project}/${path}`,
    url.endsWith('/') ? url : `${url}/`,
  )
  let response: Response
  try {
    response = await fetch(address, {
      method,
      headers: {
        authorization: token,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(5000),
    })
  } catch (cause) {
    const message = `Unleash does not answer at ${address.origin}. Check UNLEASH_URL, and that it runs.`
    throw new CoreError('FLAGS_UNREACHABLE', message, { url: address.origin }, { cause })
  }
  const text = await response.text()
  if (response.status === 404 && method === 'GET') return undefined
  if (!response.ok) {
    const hint =
      response.status === 401 || response.status === 403
        ? ' Check UNLEASH_TOKEN: it has to be an admin token.'
        : ''
    const message = `Unleash refused ${method} ${address.pathname} with status ${response.status}: ${text.slice(0, 200)}.${hint}`
    throw new CoreError('FLAGS_UNREACHABLE', message, { status: response.status })
  }
  return text === '' ? undefined : JSON.parse(text)
}
