import { describe, expect, it } from 'vitest'

import { approval, chosenOf, isDecidable, leavesDistrict, MOST, outcomes, rejection } from '@/views/district/decisions'

const row = (key: string, more: object = {}) => ({
  key,
  giver: '420102001001101',
  receiver: '420102001002301',
  giver_is_stale: false,
  state: 'proposed' as const,
  is_over: false,
  ...more,
})

describe('which proposals go together', () => {
  it('keeps those that leave the district for themselves', () => {
    expect(leavesDistrict(row('a'))).toBe(false)
    expect(leavesDistrict(row('a', { receiver: '420103001001501' }))).toBe(true)
  })

  it('decides on what is proposed and in time', () => {
    expect(isDecidable(row('a'))).toBe(true)
    expect(isDecidable(row('a', { state: 'approved' }))).toBe(false)
    expect(isDecidable(row('a', { is_over: true }))).toBe(false)
  })

  it('takes the chosen ones in the order of the list, without those that are gone', () => {
    const rows = [row('b'), row('a'), row('c', { state: 'withdrawn' })]
    expect(chosenOf(rows, new Set(['a', 'b', 'c', 'd'])).map((each) => each.key)).toEqual(['b', 'a'])
  })
})

describe('what the acts say', () => {
  it('approves with a reason for stale givers only where one is given', () => {
    expect(approval([row('a'), row('b')], null)).toEqual({ act: 'approve', proposals: ['a', 'b'] })
    expect(approval([row('a')], 'seen-on-site')).toEqual({
      act: 'approve',
      proposals: ['a'],
      stale_reason: 'seen-on-site',
    })
  })

  it('rejects with a reason', () => {
    expect(rejection([row('a')], 'not-needed')).toEqual({ act: 'reject', proposals: ['a'], reason: 'not-needed' })
  })

  it('is bounded as the contract is', () => expect(MOST).toBe(40))
})

describe('what became of each', () => {
  it('names the skipped ones, as the ledger says, and no others', () => {
    const text = { zh: '已撤回', en: 'withdrawn' }
    const told = outcomes([row('a'), row('b')], [{ proposal: 'a', code: 'not_proposed', text }])
    expect(told.map((each) => [each.proposal.key, each.isSkipped, each.why])).toEqual([
      ['a', true, text],
      ['b', false, null],
    ])
  })
})
