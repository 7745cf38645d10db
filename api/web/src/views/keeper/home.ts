/** What the first page of a keeper asks for. */
import { get, OfflineError, ProblemError, type Schemas } from '@/api/client'
import { everyRow } from '@/paged'

import { isAddress } from './people'
import { readSiteStock, type SiteStock } from './site-stock'

export interface KeeperSite {
  readonly stock: SiteStock
  readonly floors: readonly Schemas['Floor'][]
  readonly cycles: readonly Schemas['Cycle'][]
  readonly consignments: readonly Schemas['ConsignmentRow'][]
  readonly requests: readonly Schemas['RequestRow'][]
  readonly proposals: readonly Schemas['ProposalRow'][]
  /** Whether something beside the stock could not be read just now. */
  readonly isPartial: boolean
}

/** Read what a site has and what waits there. What stands beside the stock may fail without hiding it. */
export async function readKeeperSite(site: string, signal: AbortSignal): Promise<KeeperSite> {
  let isPartial = false
  async function beside<Row>(rows: Promise<Row[]>): Promise<Row[]> {
    try {
      return await rows
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      isPartial = true
      return []
    }
  }
  const [stock, floors, cycles, consignments, requests, proposals] = await Promise.all([
    readSiteStock(site, signal),
    beside(everyRow<Schemas['FloorPage'], Schemas['Floor']>(`/v1/norms/${site}/floors`, {}, (page) => page.floors)),
    beside(everyRow<Schemas['CyclePage'], Schemas['Cycle']>(`/v1/norms/${site}/cycles`, {}, (page) => page.cycles)),
    beside(
      everyRow<Schemas['ConsignmentPage'], Schemas['ConsignmentRow']>(
        '/v1/consignments',
        { place: site, state: 'open' },
        (page) => page.consignments,
      ),
    ),
    beside(
      everyRow<Schemas['RequestPage'], Schemas['RequestRow']>(
        '/v1/requests',
        { place: site, state: 'open' },
        (page) => page.requests,
      ),
    ),
    beside(
      everyRow<Schemas['ProposalPage'], Schemas['ProposalRow']>(
        '/v1/proposals',
        { place: site, state: 'approved' },
        (page) => page.proposals,
      ),
    ),
  ])
  return { stock, floors, cycles, consignments, requests, proposals, isPartial }
}

/** How many documents wait for a key's signature; null for accounts that are no keys, and where nobody can say. */
export async function readWaiting(account: string | null): Promise<number | null> {
  if (account === null || !isAddress(account)) return null
  try {
    const inbox = await get<Schemas['Inbox']>('/v1/drafts', { waiting_for: account, limit: 200 })
    return inbox.drafts.length
  } catch (error) {
    if (error instanceof ProblemError || error instanceof OfflineError) return null
    throw error
  }
}
