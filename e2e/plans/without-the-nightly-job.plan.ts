import plan from '../../migration.plan.ts'

const { patients } = plan.slices
const writers = patients.writers?.filter(({ is }) => is === 'routes')

/** PetSphere's, as if nobody had thought of the nightly job. */
export default { ...plan, slices: { patients: { ...patients, writers } } }
