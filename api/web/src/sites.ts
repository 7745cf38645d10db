/** The sites that the caller reads, asked for once a session. */
import type { Schemas } from './api/client'
import { everyRow } from './paged'
import { session } from './session'

export type SiteRow = Schemas['SiteRow']

const MOST = 20_000 // those of a large city

let kept: { who: Schemas['Who'] | null; rows: Promise<SiteRow[]> } | null = null

/** Every site of the caller's divisions. Asked again after a failure, and once the caller has signed in anew. */
export function mySites(): Promise<SiteRow[]> {
  const { who } = session
  if (kept === null || kept.who !== who) {
    const mine = { who, rows: sitesOf(who?.divisions ?? []) }
    kept = mine
    mine.rows.catch(() => kept === mine && (kept = null))
  }
  return kept.rows
}

async function sitesOf(divisions: readonly string[]): Promise<SiteRow[]> {
  const lists = await Promise.all(
    divisions.map((division) =>
      everyRow<Schemas['Sites'], SiteRow>('/v1/sites', { division, limit: 200 }, (page) => page.sites, MOST),
    ),
  )
  return [...new Map(lists.flat().map((row) => [row.site, row])).values()].sort((a, b) =>
    a.site.localeCompare(b.site),
  )
}
