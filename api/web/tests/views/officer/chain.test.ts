import { describe, expect, it } from 'vitest'

import { chainOf } from '@/views/officer/chain'

import { qualificationOf, VALID } from './answers'

const states = (changed: Parameters<typeof qualificationOf>[0]): string[] =>
  chainOf(qualificationOf(changed)).map((step) => `${step.kind} ${step.state}`)

describe('the chain of provenance', () => {
  it('leads from the supplier up to the root', () => {
    expect(states({})).toEqual([
      'supplier told',
      'qualification right',
      'issuer told',
      'accreditation right',
      'root told',
    ])
  })

  it('breaks at the accreditation where the issuer was not accredited, not at the qualification', () => {
    const now = { ...VALID, status: 'issuer_not_accredited', is_issuer_accredited: false, reason: null } as const
    expect(states({ now })).toContain('accreditation wrong')
    expect(states({ now })).toContain('qualification right')
    expect(states({ now: { ...now, is_revoked: true } })).toContain('qualification wrong')
    expect(states({ now: { ...now, is_in_date: null } })).toContain('qualification unknown')
  })

  it('does not reach the root where no accreditation is recorded', () => {
    const now = { ...VALID, is_issuer_accredited: null, reason: null }
    expect(states({ now, issuer_history: [] }).slice(3)).toEqual(['accreditation unknown', 'root unknown'])
  })
})
