import { describe, expect, it } from 'vitest'

import { changedFacts, linesOf, stateOf, type Status } from '@/views/officer/verdict'

import { CERTIFICATE, NOTHING, VALID } from './answers'

const AT = '2026-09-20T08:00:00Z'
const SAME = { at: AT, certificate: CERTIFICATE, file: CERTIFICATE }

function states(answers: typeof VALID, beside = SAME): Record<string, string> {
  return Object.fromEntries(linesOf(answers, beside).map((line) => [line.fact, `${line.state} ${line.word}`]))
}

describe('the lines of a verdict', () => {
  it('are all in order only where the ledger says so, and the file is the same', () => {
    expect(states(VALID)).toEqual({
      certificate: 'right certificateSame',
      issuer: 'told issuerNamed',
      accredited: 'right accreditedYes',
      standing: 'right standingGood',
      date: 'right inDate',
    })
  })

  it('are never in order where nothing is known', () => {
    expect(linesOf(NOTHING, SAME).map((line) => line.state)).toEqual(Array(5).fill('unknown'))
  })

  const facts = ['is_issuer_accredited', 'is_suspended', 'is_revoked', 'is_in_date'] as const
  it.each(facts)('do not turn an unknown %s into good news', (fact) => {
    const right = (answers: typeof VALID): number => linesOf(answers, SAME).filter((each) => each.state === 'right').length
    expect(right({ ...VALID, [fact]: null })).toBe(right(VALID) - 1)
  })

  it.each([
    ['revoked', { status: 'revoked', is_revoked: true }, 'standing', 'wrong revoked'],
    ['suspended', { status: 'suspended', is_suspended: true }, 'standing', 'wrong suspended'],
    ['both', { status: 'revoked', is_revoked: true, is_suspended: true }, 'standing', 'wrong revoked'],
    ['not accredited', { status: 'issuer_not_accredited', is_issuer_accredited: false }, 'accredited', 'wrong accreditedNo'],
    ['without an end', { valid_until: null }, 'date', 'right inDateOpen'],
    ['expired', { is_in_date: false, valid_until: AT }, 'date', 'wrong expired'],
    ['not yet', { is_in_date: false, valid_from: '2026-09-20T08:00:01Z' }, 'date', 'wrong notYet'],
    ['out of date', { is_in_date: false, valid_from: null, valid_until: null }, 'date', 'wrong outOfDate'],
  ] as const)('%s: one line is wrong, with its own words, and the others stand', (_name, changed, fact, said) => {
    const found = states({ ...VALID, ...changed })
    expect(found[fact]).toBe(said)
    expect({ ...found, [fact]: '' }).toEqual({ ...states(VALID), [fact]: '' })
  })

  it('compare a certificate only with a file in hand', () => {
    expect(states(VALID, { ...SAME, file: '' }).certificate).toBe('unknown certificateUncompared')
    expect(states(VALID, { ...SAME, certificate: '' }).certificate).toBe('unknown certificateUncompared')
    expect(states(VALID, { ...SAME, file: `0x${'0'.repeat(64)}` }).certificate).toBe('wrong certificateOther')
    expect(states(NOTHING).certificate).toBe('unknown certificateNone')
    expect(states(VALID, { ...SAME, file: CERTIFICATE.toUpperCase().replace('0X', '0x') }).certificate).toBe(
      'right certificateSame',
    )
  })
})

describe('then and now', () => {
  it('differ in the facts that changed since, and in no other', () => {
    const then = linesOf(VALID, SAME)
    expect(changedFacts(then, linesOf({ ...VALID, status: 'revoked', is_revoked: true }, SAME))).toEqual(['standing'])
    expect(changedFacts(then, linesOf(VALID, SAME))).toEqual([])
  })
})

describe('a status in one word', () => {
  const good: Status[] = ['valid']
  const bad: Status[] = ['not_yet_valid', 'expired', 'suspended', 'revoked', 'issuer_not_accredited']
  it.each(good)('%s is good', (status) => expect(stateOf(status)).toBe('right'))
  it.each(bad)('%s is not', (status) => expect(stateOf(status)).toBe('wrong'))
  it('unknown is neither', () => expect(stateOf('unknown')).toBe('unknown'))
  it('nothing needed is told', () => expect(stateOf('not_needed')).toBe('told'))
})
