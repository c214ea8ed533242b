/** After so many disappointments in a row, one in so many batches (2 to that power) is still tried. */
const mostDoublings = 6

/**
 * Whether rows that are new in the log are taken to be new in the target. Where they are not, each batch is done
 * twice: so it is tried less and less often, until it holds again.
 */
export function createTrust() {
  let doublings = 0
  let left = 0

  return {
    /** To be asked once a batch. */
    isDue(): boolean {
      if (left === 0) return true
      left -= 1
      return false
    },

    kept(): void {
      doublings = 0
    },

    broken(): void {
      left = 2 ** doublings
      doublings = Math.min(doublings + 1, mostDoublings)
    },
  }
}
