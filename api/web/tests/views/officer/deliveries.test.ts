import { describe, expect, it } from 'vitest'

import { percent, rowsOf, sharesOption, type Delivery, type Share } from '@/views/officer/deliveries'

const sum = (item: string, delivered: string, accepted: string, rejected: string): Share => ({
  item,
  item_name: null,
  delivered,
  accepted,
  rejected,
})
const WORDS = { accepted: 'accepted', rejected: 'rejected', name: (each: Share) => each.item }

describe('a share', () => {
  it('is rounded to a tenth, of quantities that no number holds', () => {
    expect(percent('1', '3')).toBe(33.3)
    expect(percent('2', '3')).toBe(66.7)
    expect(percent('9223372036854775806', '9223372036854775807')).toBe(100)
    expect(percent('0', '0')).toBe(0)
  })
})

describe('the picture', () => {
  it('has a bar an item, the first on top, of what was accepted and rejected', () => {
    const option = sharesOption([sum('a', '620', '600', '20'), sum('b', '10', '10', '0')], WORDS)
    expect(option.series).toMatchObject([
      { name: 'accepted', data: [100, 96.8] },
      { name: 'rejected', data: [0, 3.2] },
    ])
    expect(option.yAxis).toMatchObject({ data: ['b', 'a'] })
    expect(option.tooltip).toMatchObject({ renderMode: 'richText' })
  })
})

describe('receipts', () => {
  it('are shown line by line, each with its receipt', () => {
    const line = { ...sum('a', '1', '1', '0'), lot: 'c', reason: null, was_released: true }
    const delivery = { site: '420102001001101', site_name: null, lines: [line, { ...line, lot: 'd' }] } as unknown as Delivery
    expect(rowsOf([delivery]).map((row) => [row.lot, row.delivery.site])).toEqual([
      ['c', '420102001001101'],
      ['d', '420102001001101'],
    ])
  })
})
