/** Goods that leave the district and whose approver has signed already, when approving: they go as approved. */
import type { Hex } from 'viem'

import type { Schemas } from '@/api/client'
import { ledgerDay } from '@/days'

import { sum } from '../stock'

/** What was approved of the document; of the goods, the proposal says which. */
export interface Agreed {
  /** Under this identifier alone the document has the signature. */
  clientId: Hex
  /** A day, or a moment. */
  occurredAt: string
  /** Until when the other side answers; empty where they take it at once. */
  deadline: string
  /** The choice of the approver, as `people.ts` has it. */
  approver: string
}

/** What an approver has signed of a proposal; null where it has to sign, still or again. */
export function agreedOf(
  { consent, approval, proposal, lots }: Schemas['ProposalAnswer'],
  kind: 'hand-over' | 'dispatch',
  now = Date.now(),
): Agreed | null {
  if (consent === null || approval === null || consent.kind.replace('_', '-') !== kind) return null
  // A note is where it was approved alone, and a form has no reason.
  if (consent.is_sent || consent.has_body || consent.reason !== null) return null
  if (BigInt(proposal.remaining) < sum(lots)) return null // some went otherwise
  if (consent.valid_until === null || Date.parse(consent.valid_until) < now) return null
  return {
    clientId: consent.client_id as Hex,
    occurredAt: consent.is_day_only ? ledgerDay(consent.occurred_at) : consent.occurred_at,
    deadline: consent.deadline ?? '',
    approver: `${consent.approver}@${approval.division}`,
  }
}
