/** Moments and days as sentences write them: the same text in both languages, at the ledger's offset. */

/** Seconds by which China's days are ahead of UTC; the offset of a ledger stands in its trust file. */
export const CHINA_OFFSET = 28_800

export const SECONDS_A_DAY = 86_400

/** A day before no clock can show a moment any more, so that it holds at any offset. */
const YEAR_10000 = 253_402_214_400

/** A moment to the minute, null after the year 9999. */
export function minute(seconds: number, offset: number): string | null {
  return clock(seconds, offset)?.slice(0, 'YYYY-MM-DD HH:MM'.length) ?? null
}

/** A moment to the second, or a day; the number itself after the year 9999. */
export function momentText(seconds: number, offset: number, dayOnly = false): string {
  const text = clock(seconds, offset)
  if (text === null) return `${seconds}`
  return dayOnly ? text.slice(0, 'YYYY-MM-DD'.length) : text
}

/** A day that is counted from 1970, null after the year 9999. */
export function dayText(day: number): string | null {
  const last = Math.floor(YEAR_10000 / SECONDS_A_DAY)
  return day < last ? minute(day * SECONDS_A_DAY, 0)!.slice(0, 10) : null
}

/** What stands for a moment that no clock can show. */
export const FAR_AWAY: readonly [en: string, zh: string] = ['after the year 9999', '9999 年之后']

function clock(seconds: number, offset: number): string | null {
  if (seconds >= YEAR_10000) return null
  const text = new Date((seconds + offset) * 1_000).toISOString()
  return text.slice(0, 'YYYY-MM-DDTHH:MM:SS'.length).replace('T', ' ')
}
