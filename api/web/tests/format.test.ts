import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { date, dayOf, listed, moment, occurred, quantity, short, signed, timeOfDay, today } from '@/format'
import { useLanguage } from '@/i18n'

beforeEach(() => useLanguage('en'))
afterEach(() => useLanguage('en'))

describe('a quantity', () => {
  it('keeps each of its digits, thousands apart', () => {
    expect(quantity('9223372036854775807')).toBe('9,223,372,036,854,775,807')
    expect([quantity('0'), quantity(1_000), quantity(-1_000n)]).toEqual(['0', '1,000', '-1,000'])
  })

  it('with its sign says in and out, and neither of nothing', () => {
    expect([signed('1000'), signed(-1_000n), signed('0')]).toEqual(['+1,000', '−1,000', '0'])
  })
})

describe('a time', () => {
  const NEW_YEAR = '2026-12-31T16:00:00Z' // midnight at UTC+8

  it('is that of the ledger, not of the browser, as the language writes it', () => {
    expect([moment(NEW_YEAR), dayOf(NEW_YEAR)]).toEqual(['1 Jan 2027, 00:00', '1 Jan 2027'])
    expect(timeOfDay(Date.parse(NEW_YEAR) - 60_000)).toBe('23:59')
    useLanguage('zh')
    expect([moment(NEW_YEAR), dayOf(NEW_YEAR)]).toEqual(['2027年1月1日 00:00', '2027年1月1日'])
  })

  it('of a day alone says no hour', () => {
    const said = { occurred_at: '2026-09-05T04:00:00Z' }
    expect(occurred({ ...said, is_day_only: true })).toBe('5 Sept 2026')
    expect(occurred({ ...said, is_day_only: false })).toBe('5 Sept 2026, 12:00')
    expect(date('2026-09-05')).toBe('5 Sept 2026')
  })

  it('is of the day that the ledger has', () => {
    expect(today(Date.parse(NEW_YEAR) - 1)).toBe('2026-12-31')
    expect(today(Date.parse(NEW_YEAR))).toBe('2027-01-01')
  })
})

it('several things are listed as the language does', () => {
  expect(listed(['a', 'b', 'c'])).toBe('a, b and c')
  useLanguage('zh')
  expect(listed(['甲', '乙', '丙'])).toBe('甲、乙和丙')
})

it('something hexadecimal begins with its first digits', () => {
  const digits = 'ab12cd34ef56'
  expect([short(digits), short(`0x${digits}`), short(digits, 4)]).toEqual(['ab12cd34…', '0xab12cd34…', 'ab12…'])
})
