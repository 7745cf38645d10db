/** How far the rows of a stock card are proved: asked once for the whole card. */
import { get, type Schemas } from '@/api/client'
import type { ProofState } from '@/parts/ProofMark.vue'

interface Span {
  readonly first: number
  readonly last: number
  readonly state: ProofState
  readonly vouched_by: 'checkpoint' | 'node' | null
}

/** The answer of `GET /v1/sites/{site}/stock-card/proofs`, as far as the page shows it. */
export interface CardProofs {
  readonly entries: number
  readonly spans: readonly Span[]
  readonly mismatch: { readonly sequence: number; readonly text: Schemas['Saying'] } | null
  readonly compared: { readonly number: number; readonly time: string; readonly sequence: number } | null
  readonly vouched: {
    readonly number: number
    readonly sequence: number
    readonly signers: number
    readonly witnesses: number
    readonly threshold: number
  } | null
  readonly trouble: Schemas['Saying'] | null
  readonly vouching_trouble: Schemas['Saying'] | null
  readonly is_other_chain: boolean
}

export interface RowProof {
  readonly state: ProofState
  readonly by: 'checkpoint' | 'node' | null
}

export function readProofs(site: string, signal?: AbortSignal): Promise<CardProofs> {
  return get(`/v1/sites/${site}/stock-card/proofs`, {}, signal)
}

/** The state of one row: of the span in which its sequence lies, and pending where it is newer than all of them. */
export function proofOf(proofs: CardProofs | null, sequence: number): RowProof {
  if (proofs === null) return { state: 'not_checked', by: null }
  const span = proofs.spans.find((each) => each.first <= sequence && sequence <= each.last)
  if (span === undefined) return { state: 'pending', by: null }
  return { state: span.state, by: span.vouched_by }
}
