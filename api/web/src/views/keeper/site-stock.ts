/** What a site holds now, batch by batch, with the entry of its card up to which that holds. */
import { useAnswer, type Answered } from '@/answer'
import { get, type Schemas } from '@/api/client'
import { nameIn } from '@/names'
import { everyRow } from '@/paged'

import type { Holding } from './stock'

export interface SiteStock {
  readonly site: Schemas['Site']
  readonly holdings: readonly Holding[]
}

const TRIES = 3

/** Read what a site holds; both answers are of one block, so that a count can be compared with them. */
export async function readSiteStock(site: string, signal?: AbortSignal): Promise<SiteStock> {
  for (let tried = 1; ; tried += 1) {
    const before = await get<Schemas['Site']>(`/v1/sites/${site}`, {}, signal)
    const holdings = await everyRow<Schemas['OnHand'], Holding>(
      `/v1/stock/on-hand/${site}`,
      { limit: 200 },
      (page) => page.holdings,
    )
    const after = await get<Schemas['Site']>(`/v1/sites/${site}`, {}, signal)
    if (before.entries === after.entries || tried === TRIES) return { site: after, holdings }
  }
}

/** What the chosen site holds, as a view shows it. */
export function useSiteStock(site: () => string | null): Answered<SiteStock> {
  return useAnswer<SiteStock>((signal) => {
    const chosen = site()
    return chosen === null ? null : readSiteStock(chosen, signal)
  }, site)
}

/** The items of which something is there, by name or code. */
export function itemsIn(holdings: readonly Holding[]): { value: string; label: string; unit: string }[] {
  const items = new Map(holdings.map((lot) => [lot.item, lot]))
  return [...items.values()].map((lot) => ({
    value: lot.item,
    label: nameIn(lot.item_name) || lot.item,
    unit: lot.unit,
  }))
}
