import { type EventNames, eventPlan, eventTables } from './event-plan.ts'
import { planOf } from './plan.ts'

/** The plan of an event stand as a file, for consumers that run as processes. */
export default eventPlan(
  planOf(process.env['TEST_SLICE']!, eventTables),
  JSON.parse(process.env['TEST_EVENTS']!) as EventNames,
)
