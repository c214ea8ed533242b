/** How long a test waits for something that comes by itself, on a machine that has other things to do. */
export const soon = { timeout: 10_000, interval: 20 }
