import { describe, expect, it } from 'vitest'

import { itemBalances, itemsOf, otherSite, stepsOf } from '@/views/auditor/site/card'

import { document, entry, movement, OTHER, SITE } from './shapes'

const MASKS = 'masks'
const CARD = [
  entry(1, [movement('l1', MASKS, '1200', '1200'), movement('l9', 'gowns', '5', '5')]),
  entry(2, [movement('l2', MASKS, '300', '300')]),
  entry(3, [movement('l1', MASKS, '-200', '1000'), movement('l2', MASKS, '-300', '0')]),
  entry(4, []),
]

describe('running balances of a stock card', () => {
  it('sums the lots of an item after each entry, movement by movement', () => {
    const balances = itemBalances(CARD)
    expect(balances.get(1)).toEqual([1200n, 5n])
    expect(balances.get(2)).toEqual([1500n])
    expect(balances.get(3)).toEqual([1000n, 1000n])
    expect(balances.get(4)).toEqual([])
  })

  it('says nothing of an item where the card does not begin with the first entry', () => {
    expect(itemBalances(CARD.slice(1)).get(3)).toEqual([null, null])
  })

  it('says nothing behind a gap', () => {
    const balances = itemBalances([CARD[0]!, CARD[2]!])
    expect(balances.get(1)).toEqual([1200n, 5n])
    expect(balances.get(3)).toEqual([null, null])
  })

  it('keeps quantities beyond what a number holds', () => {
    const most = '9223372036854775807'
    expect(itemBalances([entry(1, [movement('l1', MASKS, most, most)])]).get(1)).toEqual([9223372036854775807n])
  })
})

describe('steps for the picture of stock over time', () => {
  it('has a step for each entry that moved the item, and none for others', () => {
    expect(stepsOf(CARD, MASKS).map((step) => step.quantity)).toEqual([1200n, 1500n, 1000n])
    expect(stepsOf(CARD, 'gowns')).toEqual([{ at: '2026-09-03T01:00:00Z', quantity: 5n }])
    expect(stepsOf(CARD, 'boots')).toEqual([])
  })

  it('offers the items that moved, the busiest first', () => {
    expect(itemsOf(CARD).map((each) => each.item)).toEqual([MASKS, 'gowns'])
  })
})

describe('the other side of a document', () => {
  it.each([
    ['sent from here', { from_site: SITE, to_site: OTHER }, OTHER],
    ['received here', { from_site: OTHER, to_site: SITE }, OTHER],
    ['an issue', { from_site: SITE, to_site: null }, null],
    ['a receipt', { from_site: null, to_site: SITE }, null],
    ['a repack at one site', { from_site: SITE, to_site: SITE }, null],
  ])('of %s', (_what, sites, other) => {
    expect(otherSite(document(sites), SITE)).toBe(other)
  })
})
