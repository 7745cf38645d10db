/**
 * The chain of provenance: from a supplier over its qualification, who issued it and what lets that issuer do so, up
 * to the root, which is the authority of the country.
 */
import type { Schemas } from '@/api/client'

import { stateOf, type LineState } from './verdict'

export type StepKind = 'supplier' | 'qualification' | 'issuer' | 'accreditation' | 'root'

export interface ChainStep {
  readonly kind: StepKind
  /** Id on the ledger; null where there is none or it is not told. */
  readonly id: string | null
  readonly name: Schemas['Name'] | null
  readonly state: LineState
  /** What it was when first recorded, if anything was. */
  readonly first: Schemas['HistoryEntry'] | null
}

/** The steps from the supplier up, of one qualification as it stands now. */
export function chainOf(qualification: Schemas['Qualification']): ChainStep[] {
  const { now } = qualification
  const accredited = qualification.issuer_history[0] ?? null
  return [
    step('supplier', qualification.supplier, qualification.supplier_name, 'told'),
    step('qualification', qualification.qualification, null, ownState(qualification), qualification.history[0] ?? null),
    step('issuer', qualification.issuer, qualification.issuer_name, 'told'),
    step('accreditation', null, null, accreditationState(now.is_issuer_accredited), accredited),
    step('root', null, null, accredited?.is_by_authority ? 'told' : 'unknown'),
  ]
}

/** How good a qualification is by itself: what is against its issuer stands at the accreditation. */
function ownState({ now }: Schemas['Qualification']): LineState {
  if (now.status !== 'issuer_not_accredited') return stateOf(now.status)
  if (now.is_revoked || now.is_suspended || now.is_in_date === false) return 'wrong'
  return now.is_in_date === null ? 'unknown' : 'right'
}

function accreditationState(isAccredited: boolean | null): LineState {
  if (isAccredited === null) return 'unknown'
  return isAccredited ? 'right' : 'wrong'
}

function step(
  kind: StepKind,
  id: string | null,
  name: Schemas['Name'] | null,
  state: LineState,
  first: Schemas['HistoryEntry'] | null = null,
): ChainStep {
  return { kind, id, name, state, first }
}
