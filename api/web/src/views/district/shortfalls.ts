/** Where floors are not met, and which sites have told nothing for long. */
import type { Schemas } from '@/api/client'

type Gap = Schemas['Gap']

/** How much of a floor is missing, in whole hundredths, rounded up: what is missing never reads as nothing. */
export function missingShare(gap: Pick<Gap, 'floor' | 'missing'>): number {
  const floor = BigInt(gap.floor)
  return floor === 0n ? 0 : Number((BigInt(gap.missing) * 100n + floor - 1n) / floor)
}

/** The gaps as a grid: sites down, items across, the missing share in each cell. */
export interface GapGrid {
  readonly sites: readonly string[]
  readonly items: readonly string[]
  readonly cells: readonly (readonly [item: number, site: number, share: number])[]
}

export function gridOf(gaps: readonly Pick<Gap, 'site' | 'item' | 'floor' | 'missing'>[]): GapGrid {
  const sites = [...new Set(gaps.map((gap) => gap.site))]
  const items = [...new Set(gaps.map((gap) => gap.item))]
  return {
    sites,
    items,
    cells: gaps.map((gap) => [items.indexOf(gap.item), sites.indexOf(gap.site), missingShare(gap)] as const),
  }
}

/** The counts that a site owes. */
export function owed(site: Pick<Schemas['StaleSite'], 'counts'>): Schemas['CountCycle'][] {
  return site.counts.filter((count) => count.is_stale)
}
