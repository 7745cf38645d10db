/** Days that a reader chooses, as the moments that the server judges, and ends of validity as a reader sees them. */
import { dayOf, moment, OFFSET } from '@/format'

const DAY = /^\d{4}-\d{2}-\d{2}$/

/** The last second of a day of the ledger; undefined where no day is chosen, so that the server's clock counts. */
export function endOfDay(day: string | null | undefined): string | undefined {
  return day && isDay(day) ? `${day}T23:59:59+08:00` : undefined
}

/** Whether a text is a day of the calendar. */
export function isDay(day: string): boolean {
  const read = new Date(`${day}T00:00:00Z`)
  return DAY.test(day) && !Number.isNaN(read.valueOf()) && read.toISOString().startsWith(day) // no 30 February
}

/** Today, as a day of the ledger. */
export function today(now = Date.now()): string {
  return new Date(now + OFFSET * 1_000).toISOString().slice(0, 10)
}

/** The end of a validity, given as the first moment after it: its last day, or the moment where it ends within one. */
export function lastOf(until: string): string {
  const end = Date.parse(until)
  return (end + OFFSET * 1_000) % 86_400_000 === 0 ? dayOf(new Date(end - 1).toISOString()) : moment(until)
}
