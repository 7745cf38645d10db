/** When a dispatch needs no second signature of whoever approved it. */
import { expect, it } from 'vitest'

import type { Schemas } from '@/api/client'
import { agreedOf } from '@/views/keeper/forms/agreed'

const NOW = Date.parse('2026-11-29T07:00:00Z')
const CONSENT: Schemas['ConsentGiven'] = {
  approver: `0x${'c3'.repeat(20)}`,
  kind: 'dispatch',
  deadline: '2026-12-06T15:59:59Z',
  valid_until: '2026-12-06T15:59:59Z',
  client_id: `0x${'a9'.repeat(32)}`,
  occurred_at: '2026-11-28T16:00:00Z',
  is_day_only: true,
  reason: null,
  has_body: false,
  is_sent: false,
}

const ANSWER = {
  proposal: { remaining: '9' },
  approval: { division: '4201' },
  lots: [{ lot: 'aa', quantity: '9' }],
} as unknown as Schemas['ProposalAnswer']

function agreed(
  change: Partial<typeof CONSENT> | null,
  kind: 'dispatch' | 'hand-over' = 'dispatch',
  answer = ANSWER,
) {
  return agreedOf({ ...answer, consent: change && { ...CONSENT, ...change } }, kind, NOW)
}

it('has the day of the ledger, and who signed by which grant', () => {
  expect(agreed({})).toEqual({
    clientId: CONSENT.client_id,
    occurredAt: '2026-11-29',
    deadline: CONSENT.deadline,
    approver: `0x${'c3'.repeat(20)}@4201`,
  })
  expect(agreed({ is_day_only: false })?.occurredAt).toBe('2026-11-28T16:00:00Z')
  expect(agreed({ kind: 'hand_over', deadline: null }, 'hand-over')?.deadline).toBe('')
})

it.each([
  ['nothing was signed', null],
  ['it is for goods that are handed over', { kind: 'hand_over' }],
  ['it was sent', { is_sent: true }],
  ['it has a note', { has_body: true }],
  ['it has a reason', { reason: 'emergency' }],
  ['its time is over', { valid_until: '2026-11-29T06:59:59Z' }],
])('is nothing where %s', (_, change) => {
  expect(agreed(change)).toBeNull()
})

it('is nothing where some of it went otherwise', () => {
  const proposal = { ...ANSWER.proposal, remaining: '8' }
  expect(agreed({}, 'dispatch', { ...ANSWER, proposal })).toBeNull()
})
