import type { Side, View } from '../../src/machine/index.ts'
import { type Proxy, spend, type State, type Step, type World } from './state.ts'

/**
 * All that one of the proxies may do. Messages may take any time and overtake one another. None needs to be lost:
 * one that arrives after all it could have mattered to is as good as lost.
 */
export function* proxySteps(world: World, state: State, seat: 'left' | 'right'): Generator<Step> {
  const proxy = state[seat]
  const put = (change: Partial<Proxy>): State => ({ ...state, [seat]: { ...proxy, ...change } })
  const step = (name: string, change: Partial<Proxy>, broken?: string): Step => ({
    name: `${seat} ${name}`,
    kind: 'ordinary',
    state: put(change),
    ...(broken !== undefined && { broken }),
  })
  if (proxy.row && !proxy.row.expired && !proxy.leased) {
    const row = { ...proxy.row, expired: true }
    yield step("'s lease is over for the store", { row, renewal: null })
  }
  if (!proxy.up) return
  yield* renewal(world, state, proxy, step)
  yield* hold(world, state, proxy, step)
  yield* writes(world, state, proxy, step)
  if (state.budget.faults > 0) {
    const dead = { up: false, view: null, leased: false, renewal: null, heard: null }
    const next = put({ ...dead, acknowledging: null, write: null })
    yield { name: `${seat} dies`, kind: 'fault', state: spend(next, 'faults') }
  }
}

type MakeStep = (name: string, change: Partial<Proxy>, broken?: string) => Step

function* renewal(world: World, state: State, proxy: Proxy, step: MakeStep): Generator<Step> {
  const { machine, misreading } = world
  const told = machine.announcement(state.control)
  const takeIn = (name: string, heard: View, change: Partial<Proxy> = {}) => {
    const view = machine.tell(proxy.view ?? undefined, heard)
    const back = proxy.view && older(view, proxy.view)
    return step(name, { ...change, view }, back ? 'a proxy went back to an older state' : undefined)
  }
  if (proxy.renewal === null) {
    const row = { acknowledged: 0, ...proxy.row, expired: false }
    const leased = misreading.leaseWithoutState ? proxy.view !== null : proxy.leased
    yield step('renews', { row, renewal: 'recorded', leased })
  } else if (proxy.renewal === 'recorded' && state.delays) {
    yield step('is answered', { renewal: told })
  } else if (proxy.renewal === 'recorded') {
    yield takeIn('has its lease', told, { renewal: null, leased: true })
  } else {
    yield takeIn('has its lease', proxy.renewal, { renewal: null, leased: true })
  }
  if (proxy.leased) {
    const write = proxy.write && { ...proxy.write, leased: false }
    yield step('runs out of lease', { leased: false, write })
  }
  if (proxy.heard) {
    yield takeIn('takes in what it heard', proxy.heard, { heard: null })
  } else if (proxy.view && !same(proxy.view, told)) {
    yield state.delays ? step('hears', { heard: told }) : takeIn('hears', told)
  }
}

function* hold(
  { machine }: World,
  { delays }: State,
  proxy: Proxy,
  step: MakeStep,
): Generator<Step> {
  const { view, row, acknowledging } = proxy
  if (acknowledging !== null) {
    if (row) {
      const acknowledged = { ...row, acknowledged: acknowledging }
      yield step('has acknowledged', { row: acknowledged, acknowledging: null })
    }
  } else if (view && !view.open && row && row.acknowledged !== view.epoch) {
    if (!machine.mayAcknowledge(proxy.write ? 1 : 0)) return
    const promised = view.epoch
    if (delays) yield step('acknowledges', { acknowledging: promised, promised })
    else yield step('acknowledges', { row: { ...row, acknowledged: promised }, promised })
  }
}

function* writes({ machine }: World, state: State, proxy: Proxy, step: MakeStep): Generator<Step> {
  const { view, leased, write } = proxy
  if (write) {
    const { down, fenced } = state[write.side]
    const broken = !down && fenced && write.leased
    const reason = 'a proxy with a lease met a fence'
    yield step(`'s write arrives`, { write: null }, broken ? reason : undefined)
    return
  }
  if (!view) return
  let route = machine.routeWrite(view, leased)
  if (route === 'ask the fences') {
    const { legacy, extracted } = state
    route = machine.routeByFences(view, extracted.down ? { legacy } : { legacy, extracted })
  }
  if (route === 'hold') return
  const side = route.forward
  yield step(`writes to ${side}`, { write: { side, leased } }, misdirected(state, proxy, side))
}

function misdirected(state: State, { leased, promised }: Proxy, side: Side): string | undefined {
  const { epoch, fenced } = state[side]
  if (epoch < promised) return `a proxy sent a write to ${side} after it acknowledged a hold`
  if (fenced && !leased) return `a proxy without a lease sent a write to ${side}, which is fenced`
  return undefined
}

function older(one: View, two: View): boolean {
  return one.epoch === two.epoch ? two.open && !one.open : one.epoch < two.epoch
}

function same(one: View, two: View): boolean {
  return one.epoch === two.epoch && one.open === two.open && one.owner === two.owner
}
