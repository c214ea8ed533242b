import { library } from './library.ts'
import { planOf } from './plan.ts'

/** The library's plan as a file, for workers that run as processes. */
export default planOf(process.env['TEST_SLICE']!, library.tables)
