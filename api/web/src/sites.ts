/** The sites that the caller reads, asked for once a session. */
import type { Schemas } from './api/client'
import { everyRow } from './paged'
import { session } from './session'

export type SiteRow = Schemas['SiteRow']

let kept: { account: string; rows: Promise<SiteRow[]> } | null = null

/** Every site of the caller's divisions. */
export function mySites(): Promise<SiteRow[]> {
  const account = session.who?.account ?? ''
  if (kept?.account !== account) {
    const rows = sitesOf(session.who?.divisions ?? [])
    kept = { account, rows }
    rows.catch(() => (kept = null)) // asked again after a failure
  }
  return kept.rows
}

async function sitesOf(divisions: readonly string[]): Promise<SiteRow[]> {
  const lists = await Promise.all(
    divisions.map((division) => everyRow<Schemas['Sites'], SiteRow>('/v1/sites', { division, limit: 200 }, (page) => page.sites)),
  )
  return [...new Map(lists.flat().map((row) => [row.site, row])).values()].sort((a, b) =>
    a.site.localeCompare(b.site),
  )
}
