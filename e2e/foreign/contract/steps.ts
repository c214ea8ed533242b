import { eventSteps } from './events.ts'
import { labelSteps } from './labels.ts'
import { parcelSteps } from './parcels.ts'
import { rateSteps } from './rates.ts'
import { closingSteps, openingSteps } from './rest.ts'
import type { Step } from './step.ts'

/** In this order: later steps use what earlier ones made, and the last ones clear it away. */
export const steps: readonly Step[] = [
  ...openingSteps,
  ...parcelSteps,
  ...eventSteps,
  ...labelSteps,
  ...rateSteps,
  ...closingSteps,
]
