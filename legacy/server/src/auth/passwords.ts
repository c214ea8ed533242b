import bcrypt from 'bcryptjs'

/** bcrypt looks at the first 72 bytes only; longer ones are refused rather than cut. */
export const fitsBcrypt = (password: string) => Buffer.byteLength(password) <= 72

export function hashPassword(password: string, cost: number): Promise<string> {
  return bcrypt.hash(password, cost)
}

/** Compares, and takes as long for an account that does not exist. */
export async function passwordMatches(
  password: string,
  hash: string | undefined,
  cost: number,
): Promise<boolean> {
  if (hash !== undefined) return bcrypt.compare(password, hash)
  await bcrypt.hash(password, cost)
  return false
}
