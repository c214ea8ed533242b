import { Badge } from '../ui/badge.tsx'

export function StockBadge({ isLow, onHand }: { isLow: boolean; onHand: string }) {
  if (Number(onHand) === 0) return <Badge tone="red">Out of stock</Badge>
  return isLow ? <Badge tone="amber">Low</Badge> : <Badge tone="green">In stock</Badge>
}
