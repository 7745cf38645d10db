/**
 * Deciding on proposals: which go together, what the act says, and what became of each.
 *
 * The ledger approves what it can of a list and skips the rest; which ones, its own events say after the act is
 * recorded, so that nothing here is taken from what was chosen.
 */
import { get, type Schemas } from '@/api/client'
import { leavesDistrict as isLeaving } from '@/places'
import type { FormOf, UnsignedAct } from '@/signing/acts'

/** Proposals that one act decides on at most. */
export const MOST = 40

type Proposal = Pick<Schemas['ProposalRow'], 'key' | 'giver' | 'receiver' | 'giver_is_stale' | 'state' | 'is_over'>

/** Whether goods leave their district: such a proposal is approved alone, with a consent to its document. */
export function leavesDistrict(proposal: Pick<Proposal, 'giver' | 'receiver'>): boolean {
  return isLeaving(proposal.giver, proposal.receiver)
}

/** Whether a proposal may be one of several that are decided on. */
export function isDecidable(proposal: Proposal): boolean {
  return proposal.state === 'proposed' && !proposal.is_over
}

/** The chosen proposals in the order of the list, without those that are no longer in it. */
export function chosenOf<Row extends Proposal>(rows: readonly Row[], chosen: ReadonlySet<string>): Row[] {
  return rows.filter((row) => chosen.has(row.key) && isDecidable(row))
}

/** What an approval says; `by` is added by whoever signs. */
export function approval(proposals: readonly Proposal[], staleReason: string | null): UnsignedAct<FormOf<'approve'>> {
  return {
    act: 'approve',
    proposals: proposals.map((each) => each.key),
    ...(staleReason === null ? {} : { stale_reason: staleReason }),
  }
}

/** What a rejection says. */
export function rejection(proposals: readonly Proposal[], reason: string): UnsignedAct<FormOf<'reject'>> {
  return { act: 'reject', proposals: proposals.map((each) => each.key), reason }
}

/** What became of one proposal of a list. */
export interface Outcome<Row> {
  readonly proposal: Row
  readonly isSkipped: boolean
  readonly why: { readonly zh: string; readonly en: string } | null
}

/** What became of each, in the order of the list. */
export function outcomes<Row extends Proposal>(
  proposals: readonly Row[],
  skipped: readonly Schemas['SkippedProposal'][],
): Outcome<Row>[] {
  const why = new Map(skipped.map((each) => [each.proposal, each.text]))
  return proposals.map((proposal) => ({
    proposal,
    isSkipped: why.has(proposal.key),
    why: why.get(proposal.key) ?? null,
  }))
}

/** Ask what a recorded approval passed over. */
export async function readSkipped(transaction: string): Promise<readonly Schemas['SkippedProposal'][]> {
  const answer = await get<Schemas['SkippedProposals']>(`/v1/transactions/${transaction}/skipped`)
  return answer.skipped
}
