/** Days that a reader chooses, as the moments that the server judges, and ends of validity as a reader sees them. */
import { isDay } from '@/days'
import { dayOf, moment, OFFSET } from '@/format'

/** The last second of a day of the ledger; undefined where no day is chosen, so that the server's clock counts. */
export function endOfDay(day: string | null | undefined): string | undefined {
  return day && isDay(day) ? `${day}T23:59:59+08:00` : undefined
}

/** The end of a validity, given as the first moment after it: its last day, or the moment where it ends within one. */
export function lastOf(until: string): string {
  const end = Date.parse(until)
  return (end + OFFSET * 1_000) % 86_400_000 === 0 ? dayOf(new Date(end - 1).toISOString()) : moment(until)
}
