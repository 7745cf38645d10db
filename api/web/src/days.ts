/** Days of the calendar as JSON has them, `2026-11-29`, and as people write them. */

/** The ledger's own offset from UTC in seconds; days of the ledger begin by it. */
export const OFFSET = 28_800

const DAY = 86_400_000
const MONTHS = 'january february march april may june july august september october november december'.split(' ')

/**
 * The forms in which a day is read. A month in figures stands between year and day: of 11/12/2026, nobody knows which
 * figure is the month.
 */
const FORMS = [
  /^(?<year>\d{4})(?<month>\d\d)(?<date>\d\d)$/,
  /^(?<year>\d{4})(?<between>[-/.])(?<month>\d\d?)\k<between>(?<date>\d\d?)$/,
  /^(?<year>\d{4})\s*年\s*(?<month>\d\d?)\s*月\s*(?<date>\d\d?)\s*日?$/,
  /^(?<date>\d\d?)\s*(?<month>[a-z]{3,9})\.?,?\s*(?<year>\d{4})$/,
]
/** Years outside of which a day is a slip of the keys. */
const YEARS = /^(19|2\d)/

/** What was written: a day; something that is none, as 30 February; or something that is not read as one. */
export type ReadDay = { readonly is: 'day'; readonly day: string } | { readonly is: 'noSuch' | 'unread' }

/** Whether something is a day of the calendar. */
export function isDay(text: unknown): text is string {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(text) || !YEARS.test(text)) return false
  const at = Date.parse(`${text}T00:00:00Z`)
  return Number.isFinite(at) && new Date(at).toISOString().startsWith(text) // no 30 February
}

/** The day of the ledger at a moment, now where none is given. */
export function ledgerDay(at: number | string = Date.now()): string {
  const moment = typeof at === 'string' ? Date.parse(at) : at
  return new Date(moment + OFFSET * 1_000).toISOString().slice(0, 10)
}

/** Whether a day is still to come, so that nothing can be told of it. */
export function isAhead(day: string): boolean {
  return isDay(day) && day > ledgerDay()
}

/** The last second of a day of the ledger, as the server takes a time; undefined where no day is chosen: now. */
export function endOfDay(day: string | null | undefined): string | undefined {
  return isDay(day) ? `${day}T23:59:59+08:00` : undefined
}

/** Whether a field has something in it that is no day. */
export function isNoDay(text: string): boolean {
  return text !== '' && !isDay(text)
}

/** The day so many days after another one. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10)
}

/** Read a day as somebody wrote it, in either language, also with the wide digits of a Chinese keyboard. */
export function readDay(written: string): ReadDay {
  const text = written.normalize('NFKC').trim().toLowerCase()
  const { year = '', month = '', date = '' } = FORMS.map((form) => form.exec(text)?.groups).find(Boolean) ?? {}
  const number = /[a-z]/.test(month) ? numberOf(month) : month
  if (!YEARS.test(year) || number === null) return { is: 'unread' }
  const day = [year, number.padStart(2, '0'), date.padStart(2, '0')].join('-')
  return isDay(day) ? { is: 'day', day } : { is: 'noSuch' }
}

function numberOf(month: string): string | null {
  const at = MONTHS.findIndex((each) => each.startsWith(month))
  return at < 0 ? null : String(at + 1)
}
