/** One of a list; nothing of an empty one. */
export const anyOf = (list) => list[Math.floor(Math.random() * list.length)]

export const happens = (probability) => Math.random() < probability

export const between = (least, most) => least + Math.random() * (most - least)

export const whole = (least, most) => Math.floor(between(least, most + 1))

/** One of the entries `[weight, value]`, each as often as it weighs. */
export function weighed(entries) {
  let left = Math.random() * entries.reduce((sum, [weight]) => sum + weight, 0)
  for (const [weight, value] of entries) {
    left -= weight
    if (left < 0) return value
  }
  return entries[entries.length - 1][1]
}
