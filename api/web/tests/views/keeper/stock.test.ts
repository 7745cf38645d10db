import { describe, expect, it } from 'vitest'

import type { Schemas } from '@/api/client'
import { lotState, stockByItem } from '@/views/keeper/stock'
import { whyHeld } from '@/views/keeper/why'

import { holding, MASKS, SITE } from './holdings'

const TODAY = '2026-11-29'

function floor(quantity: string | null, item = MASKS): Schemas['Floor'] {
  const none = { since: null, next_from: null, next_floor: null, item_name: null }
  return { ...none, site: SITE, item, unit: 'XBX', floor: quantity }
}

function stateOf(quantity: string, floors: Schemas['Floor'][]): string | undefined {
  return stockByItem([holding('a', quantity)], floors, TODAY)[0]?.state
}

describe('what a site has of an item', () => {
  it('is enough from the floor on, and low below it', () => {
    expect(stateOf('500', [floor('500')])).toBe('enough')
    expect(stateOf('499', [floor('500')])).toBe('low')
  })

  it('is not called enough where nobody said how much there should be', () => {
    expect(stateOf('1', [])).toBe('there')
    expect(stateOf('1', [floor(null)])).toBe('there')
    expect(stateOf('1', [floor('0')])).toBe('there')
  })

  it('is out where nothing is there of what should be', () => {
    const [stock] = stockByItem([], [floor('10')], TODAY)
    expect(stock).toMatchObject({ item: MASKS, state: 'out', total: 0n, floor: 10n })
  })

  it('does not count what may not be given out', () => {
    const [stock] = stockByItem(
      [
        holding('a', '5', { is_free: false, is_held: true }),
        holding('b', '7', { use_until: '2026-11-28' }),
        holding('c', '11', { is_free: false, is_recalled: true }),
        holding('d', '13', { use_until: TODAY }),
        holding('e', '17', { use_until: '2026-12-30' }),
      ],
      [floor('30')],
      TODAY,
    )
    expect(stock).toMatchObject({ total: 53n, usable: 30n, held: 5n, expired: 7n, recalled: 11n, expiring: 13n })
    expect(stock?.state).toBe('enough')
  })

  it('expires soon up to 30 days ahead', () => {
    expect(lotState(holding('a', '1', { use_until: '2026-12-29' }), TODAY)).toBe('expiring')
    expect(lotState(holding('a', '1', { use_until: '2026-12-30' }), TODAY)).toBe('usable')
  })

  it('says what needs looking after first, and keeps quantities exact', () => {
    const big = '9223372036854775807'
    const stocks = stockByItem(
      [holding('a', big, { item: '111111111111' }), holding('b', '1', { item: '222222222222' })],
      [floor('5', '222222222222')],
      TODAY,
    )
    expect(stocks.map((stock) => stock.item)).toEqual(['222222222222', '111111111111'])
    expect(stocks[1]?.usable).toBe(BigInt(big))
  })

  it('is overdue for counting where one of its batches is', () => {
    expect(stockByItem([holding('a', '1'), holding('b', '1', { is_stale: true })], [], TODAY)[0]?.isCountOverdue).toBe(
      true,
    )
  })
})

describe('why goods are held', () => {
  const at = '2026-09-12T01:00:00Z'
  const row = (kind: string, said: object = {}): Schemas['CardDocument'] =>
    ({ kind, from_site: SITE, reason: null, verdict: null, recorded_at: at, ...said }) as Schemas['CardDocument']

  it('is the newest hold here, else a recall', () => {
    const history = [row('receipt'), row('hold', { reason: 'damaged' }), row('hold', { reason: 'theft', from_site: '1' })]
    expect(whyHeld(history, SITE)).toEqual({ is: 'reason', reason: 'damaged', at })
    expect(whyHeld([...history, row('recall', { reason: 'recalled-by-maker' })], SITE)).toMatchObject({
      reason: 'recalled-by-maker',
    })
  })

  it('is nothing that was lifted or released since', () => {
    const recall = row('recall', { reason: 'recalled-by-maker' })
    const hold = row('hold', { reason: 'damaged' })
    const [lift, release] = [row('lift', { reason: 'recall-mistaken' }), row('release')]
    const reason = (...rows: Schemas['CardDocument'][]): unknown => whyHeld([row('receipt'), ...rows], SITE)
    expect(reason(hold, recall, lift)).toMatchObject({ reason: 'damaged' })
    expect(reason(recall, hold, release)).toMatchObject({ reason: 'recalled-by-maker' })
    expect(reason(hold, release, row('release', { from_site: '1' }), hold)).toMatchObject({ reason: 'damaged' })
    expect(reason(recall, lift)).toMatchObject({ is: 'unchecked' })
    expect(reason(hold, row('release', { from_site: '1' }))).toMatchObject({ reason: 'damaged' })
  })

  it('is that the supplier was not qualified, or that nobody checked', () => {
    expect(whyHeld([row('receipt', { verdict: { status: 'expired', grade: null } })], SITE)?.is).toBe('unqualified')
    expect(whyHeld([row('receipt', { verdict: { status: 'valid', grade: 'A' } })], SITE)?.is).toBe('unchecked')
    expect(whyHeld([], SITE)).toBeNull()
  })
})
