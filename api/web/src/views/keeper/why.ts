/**
 * Why a batch must not be given out: the newest hold or recall that counts here, else how it was received.
 */
import type { Schemas } from '@/api/client'

type Recorded = Schemas['CardDocument']

export type WhyHeld =
  | { readonly is: 'reason'; readonly reason: string; readonly at: string }
  | { readonly is: 'unqualified' | 'unchecked'; readonly at: string }

/**
 * Return why, from what created, held, released or recalled a batch, in order; null where nothing says it.
 */
export function whyHeld(history: readonly Recorded[], site: string): WhyHeld | null {
  const newest = newestInForce(history, site)
  if (newest === undefined) return null
  if (newest.kind !== 'receipt') {
    return newest.reason === null ? null : { is: 'reason', reason: newest.reason, at: newest.recorded_at }
  }
  const isQualified = newest.verdict?.status === 'valid'
  return { is: newest.verdict !== null && !isQualified ? 'unqualified' : 'unchecked', at: newest.recorded_at }
}

/** The newest that is still in force: a lift ends the recall before it, a release the hold of this site before it. */
function newestInForce(history: readonly Recorded[], site: string): Recorded | undefined {
  const ended = { recall: 0, hold: 0 }
  for (const row of [...history].reverse()) {
    if (row.kind === 'receipt') return row
    if (row.kind === 'lift') ended.recall += 1
    else if (row.kind === 'release' && row.from_site === site) ended.hold += 1
    else if (row.kind === 'recall' || (row.kind === 'hold' && row.from_site === site)) {
      if (ended[row.kind] === 0) return row
      ended[row.kind] -= 1
    }
  }
  return undefined
}
