/** Requests as the district orders them. */
import type { Schemas } from '@/api/client'

/** The lists that the server has. */
export const REQUEST_LISTS = ['open', 'all'] as const

const RANK: Record<Schemas['RequestRow']['urgency'], number> = { critical: 0, urgent: 1, routine: 2 }

/** The most urgent first; of the same urgency, what is needed soonest. */
export function byUrgency(
  one: Pick<Schemas['RequestRow'], 'urgency' | 'needed_by' | 'key'>,
  other: Pick<Schemas['RequestRow'], 'urgency' | 'needed_by' | 'key'>,
): number {
  return (
    RANK[one.urgency] - RANK[other.urgency] ||
    one.needed_by.localeCompare(other.needed_by) ||
    one.key.localeCompare(other.key)
  )
}
