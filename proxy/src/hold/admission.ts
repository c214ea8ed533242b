import { createHmac, timingSafeEqual } from 'node:crypto'

/** What a request carries upstream, so that requests which it causes are known to belong to it. */
export const admissionHeader = 'strangler-admission'

const lifetimeMs = 60_000

/**
 * Signs and reads admissions: `slice.epoch.expires.signature`. A write that is under way when a hold begins has
 * to be able to finish, and with it the writes that it makes through the proxy.
 */
export function createAdmissions(key: string, now: () => number) {
  const sign = (text: string) => createHmac('sha256', key).update(text).digest('base64url')

  return {
    issue(slice: string, epoch: number): string {
      const text = `${slice}.${epoch}.${Math.round(now() + lifetimeMs)}`
      return `${text}.${sign(text)}`
    },

    /** The slice and the epoch at which it was open, or undefined for what is forged or has expired. */
    read(admission: string): { slice: string; epoch: number } | undefined {
      const end = admission.lastIndexOf('.')
      const text = admission.slice(0, Math.max(end, 0))
      const expected = Buffer.from(sign(text))
      const given = Buffer.from(admission.slice(end + 1))
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
      const [slice, epoch, expires] = text.split('.')
      if (slice === undefined || now() > Number(expires)) return undefined
      return { slice, epoch: Number(epoch) }
    },
  }
}

export type Admissions = ReturnType<typeof createAdmissions>
