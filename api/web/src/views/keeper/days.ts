/** Days of the ledger that a keeper writes: which are right, and which are late. */
import { isDay, ledgerDay } from '@/days'

import type { Wrong } from './quantities'

const DAY = 86_400_000

/** Days after which a document needs an approver too, and is marked late for ever. */
export const LATE_AFTER = 7

/** What is wrong with the day on which something is said to have happened; empty means now. */
export function wrongPast(day: string, today = ledgerDay()): Wrong | null {
  if (day === '') return null
  if (!isDay(day)) return { word: 'dayForm' }
  return day > today ? { word: 'dayAhead' } : null
}

/** What is wrong with a day until which something is wanted. */
export function wrongAhead(day: string, today = ledgerDay()): Wrong | null {
  if (day === '') return { word: 'dayEmpty' }
  if (!isDay(day)) return { word: 'dayForm' }
  return day < today ? { word: 'dayOver' } : null
}

/** Whether a document of a day is late when it is recorded now: the ledger counts from the end of that day. */
export function isLate(day: string, now = Date.now()): boolean {
  if (day === '' || !isDay(day)) return false
  return now - Date.parse(`${day}T00:00:00+08:00`) > (LATE_AFTER + 1) * DAY
}
