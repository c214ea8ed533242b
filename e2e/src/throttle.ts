import type { Page } from 'playwright-core'

/** How fast a page's network is. */
export interface Throttle {
  /** From now on, also for what is under way, in bytes a second; -1 for as fast as it can. */
  set(speed: { up?: number; down?: number }): Promise<void>
}

export async function throttle(page: Page): Promise<Throttle> {
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  return {
    async set({ up = -1, down = -1 }) {
      const speeds = { uploadThroughput: up, downloadThroughput: down }
      await session.send('Network.emulateNetworkConditions', {
        offline: false,
        latency: 0,
        ...speeds,
      })
    },
  }
}
