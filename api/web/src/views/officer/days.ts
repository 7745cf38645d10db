/** Ends of validity as a reader sees them. */
import { OFFSET } from '@/days'
import { dayOf, moment } from '@/format'

/** The end of a validity, given as the first moment after it: its last day, or the moment where it ends within one. */
export function lastOf(until: string): string {
  const end = Date.parse(until)
  return (end + OFFSET * 1_000) % 86_400_000 === 0 ? dayOf(new Date(end - 1).toISOString()) : moment(until)
}
