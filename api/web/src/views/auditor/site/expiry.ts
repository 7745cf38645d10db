/** On which days what lies at a site is to be used at the latest. */
import type { Schemas } from '@/api/client'

export type DatedHolding = Schemas['Holding'] & { readonly use_until: string }

/** Holdings that have a last day, by it. */
export function dated(holdings: readonly Schemas['Holding'][]): DatedHolding[] {
  return holdings
    .filter((holding): holding is DatedHolding => holding.use_until !== null)
    .sort((a, b) => a.use_until.localeCompare(b.use_until))
}

/** The years in which something ends, in order. */
export function yearsOf(holdings: readonly DatedHolding[]): number[] {
  return [...new Set(holdings.map((holding) => Number(holding.use_until.slice(0, 4))))].sort((a, b) => a - b)
}

/** How many lots end on each day of a year. */
export function lotsByDay(holdings: readonly DatedHolding[], year: number): [string, number][] {
  const days = new Map<string, number>()
  for (const { use_until } of holdings)
    if (use_until.startsWith(`${year}-`)) days.set(use_until, (days.get(use_until) ?? 0) + 1)
  return [...days]
}
