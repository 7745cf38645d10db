import { describe, expect, it } from 'vitest'

import { proofOf } from '@/views/auditor/site/proofs'

const PROOFS: Parameters<typeof proofOf>[0] = {
  spans: [
    { first: 1, last: 4, state: 'matched', vouched_by: 'checkpoint' },
    { first: 5, last: 6, state: 'matched', vouched_by: 'node' },
    { first: 7, last: 9, state: 'mismatch', vouched_by: null },
  ],
  is_other_chain: false,
}

describe('the proof state of a row', () => {
  it.each([
    [1, 'matched', 'checkpoint'],
    [4, 'matched', 'checkpoint'],
    [5, 'matched', 'node'],
    [6, 'matched', 'node'],
    [7, 'mismatch', null],
    [9, 'mismatch', null],
    [10, 'pending', null],
  ])('of entry %i is %s by %s', (sequence, state, by) => {
    expect(proofOf(PROOFS, sequence)).toEqual({ state, by })
  })

  it.each([
    [4, 'not_checked'],
    [7, 'mismatch'],
    [10, 'pending'],
  ])('of entry %i is %s on a chain that the witnesses did not sign', (sequence, state) => {
    expect(proofOf({ ...PROOFS, is_other_chain: true }, sequence)).toEqual({ state, by: null })
  })

  it('is not checked as long as nothing was answered', () => {
    expect(proofOf(null, 1)).toEqual({ state: 'not_checked', by: null })
  })
})
