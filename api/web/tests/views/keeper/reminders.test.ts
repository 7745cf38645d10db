import { describe, expect, it } from 'vitest'

import type { Schemas } from '@/api/client'
import { remindersOf, type Asked } from '@/views/keeper/reminders'

import { MASKS, SITE } from './holdings'

const NOW = Date.parse('2026-11-29T08:00:00Z')
const OTHER = '420102001002301'
const KEY = '2e'.repeat(31)

function consignment(said: object): Schemas['ConsignmentRow'] {
  return {
    key: KEY,
    number: 22,
    state: 'open',
    from_site: OTHER,
    from_name: { zh: '北门仓', en: 'North Gate' },
    to_site: SITE,
    to_name: null,
    deadline: '2026-12-04T15:59:59Z',
    lines: [
      {
        lot: 'e8'.repeat(20),
        item: MASKS,
        item_name: null,
        unit: 'XBX',
        quantity: '40',
        state: 'in_transit',
        reason: null,
      },
    ],
    ...said,
  }
}

function found(asked: Partial<Asked>) {
  const none = { consignments: [], cycles: [], requests: [], proposals: [], goodsOf: () => [] }
  return remindersOf({ site: SITE, ...none, ...asked }, NOW)
}

describe('what waits for a keeper', () => {
  it('is what is on the way here, by when it is to be answered', () => {
    expect(found({ consignments: [consignment({})] })).toMatchObject([
      {
        kind: 'arriving',
        due: '2026-12-04T15:59:59Z',
        isOver: false,
        to: { name: 'keeper-accept', params: { key: KEY } },
        goods: [{ item: MASKS, quantity: '40' }],
        other: { code: OTHER },
      },
    ])
    expect(found({ consignments: [consignment({ deadline: '2026-11-29T07:59:59Z' })] })[0]?.isOver).toBe(true)
  })

  it('is what was sent and never answered, a week after the last day', () => {
    const sent = { from_site: SITE, to_site: OTHER }
    expect(found({ consignments: [consignment({ ...sent, deadline: '2026-11-22T08:00:01Z' })] })).toEqual([])
    expect(found({ consignments: [consignment({ ...sent, deadline: '2026-11-22T07:59:59Z' })] })).toMatchObject([
      { kind: 'unanswered', to: { name: 'keeper-return' } },
    ])
  })

  it('is what comes back, and not what is only missing', () => {
    const back = consignment({ from_site: SITE, to_site: OTHER, state: 'accepted' })
    const lines = (state: 'returning' | 'missing') => [{ ...back.lines[0]!, state }]
    expect(found({ consignments: [{ ...back, lines: lines('returning') }] })).toMatchObject([{ kind: 'back' }])
    expect(found({ consignments: [{ ...back, lines: lines('missing') }] })).toEqual([])
  })

  it('is a count that is due within two weeks or overdue', () => {
    const cycle = (due: string | null, isStale: boolean) =>
      ({ category: '2990101', count_due: due, is_stale: isStale }) as Schemas['Cycle']
    expect(found({ cycles: [cycle('2026-12-13T08:00:01Z', false), cycle(null, false)] })).toEqual([])
    expect(found({ cycles: [cycle('2026-12-13T07:59:59Z', false)] })).toMatchObject([{ kind: 'count', isOver: false }])
    expect(found({ cycles: [cycle('2026-11-01T00:00:00Z', true)] })[0]?.isOver).toBe(true)
  })

  it('is what this site promised, and what is overdue comes first', () => {
    const approved = { state: 'approved', waits_for: 'giver', remaining: '25', needed_by: '2026-12-01T00:00:00Z' }
    const proposal = (said: object) =>
      ({ key: KEY, giver: SITE, receiver: OTHER, ...approved, ...said }) as Schemas['ProposalRow']
    expect(found({ proposals: [proposal({ giver: OTHER }), proposal({ waits_for: null })] })).toEqual([])
    const late = consignment({ deadline: '2026-11-20T00:00:00Z' })
    const kinds = found({ proposals: [proposal({})], consignments: [late] }).map((each) => each.kind)
    expect(kinds).toEqual(['arriving', 'send'])
  })
})
