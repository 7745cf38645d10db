/** The month around a day, as a calendar shows it, and the ways through it. Weeks begin on Monday in both languages. */
import { dayAfter } from '@/days'

/** The weeks of the month of a day; null where a week lies in another month. */
export function weeksOf(day: string): (string | null)[][] {
  const month = day.slice(0, 7)
  const weeks: (string | null)[][] = []
  for (let monday = mondayOf(`${month}-01`); weeks.length === 0 || monday.startsWith(month); monday = dayAfter(monday, 7)) {
    weeks.push(weekFrom(monday).map((each) => (each.startsWith(month) ? each : null)))
  }
  return weeks
}

/** The seven days from one on. */
export function weekFrom(day: string): string[] {
  return [0, 1, 2, 3, 4, 5, 6].map((after) => dayAfter(day, after))
}

/** The Monday of the week of a day. */
export function mondayOf(day: string): string {
  return dayAfter(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7))
}

/** The same day so many months later, or the last one of that month. */
export function monthsAfter(day: string, months: number): string {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number)
  const first = new Date(Date.UTC(2000, 0, 1))
  first.setUTCFullYear(year, month - 1 + months, 1) // not Date.UTC, which takes year 26 for 1926
  const last = new Date(first)
  last.setUTCMonth(first.getUTCMonth() + 1, 0)
  return `${first.toISOString().slice(0, 8)}${String(Math.min(date, last.getUTCDate())).padStart(2, '0')}`
}

/** The day itself, or the nearest one between two others. */
export function within(day: string, min: string, max: string): string {
  if (day < min) return min
  return day > max ? max : day
}
