/** A request that the state it met does not allow. It changed nothing; asking again will not help. */
export interface Refusal {
  readonly refused: string
}

export function refuse(reason: string): Refusal {
  return { refused: reason }
}

export function isRefusal(result: Refusal | object | string | true): result is Refusal {
  return typeof result === 'object' && 'refused' in result
}
