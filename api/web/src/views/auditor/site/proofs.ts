/** How far the rows of a stock card are proved: asked once for the whole card. */
import { get, type Schemas } from '@/api/client'

type Span = Schemas['ProofSpan']

export function readProofs(site: string, signal?: AbortSignal): Promise<Schemas['CardProofs']> {
  return get(`/v1/sites/${site}/stock-card/proofs`, {}, signal)
}

/**
 * The state of one row: of the span in which its sequence lies, and pending where it is newer than all of them. What
 * matches a chain that the witnesses did not sign is proved by nothing.
 */
export function proofOf(
  proofs: Pick<Schemas['CardProofs'], 'spans' | 'is_other_chain'> | null,
  sequence: number,
): { state: Span['state']; by: Span['vouched_by'] } {
  if (proofs === null) return { state: 'not_checked', by: null }
  const span = proofs.spans.find((each) => each.first <= sequence && sequence <= each.last)
  if (span === undefined) return { state: 'pending', by: null }
  if (proofs.is_other_chain && span.state === 'matched') return { state: 'not_checked', by: null }
  return { state: span.state, by: span.vouched_by }
}
