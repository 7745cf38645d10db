import { describe, expect, it } from 'vitest'

import { endOfDay, ledgerDay } from '@/days'
import { useLanguage } from '@/i18n'
import { readCategory } from '@/views/officer/categories'
import { lastOf } from '@/views/officer/days'

describe('a chosen day', () => {
  it('is judged at its end, by the ledger', () => {
    expect(endOfDay('2026-09-01')).toBe('2026-09-01T23:59:59+08:00')
    expect(endOfDay('')).toBeUndefined()
    expect(endOfDay('2026-02-30')).toBeUndefined()
  })

  it('begins eight hours before UTC', () => {
    expect(ledgerDay(Date.parse('2026-09-01T15:59:59Z'))).toBe('2026-09-01')
    expect(ledgerDay(Date.parse('2026-09-01T16:00:00Z'))).toBe('2026-09-02')
  })

  it('is the last one of a validity, or the moment where that ends within a day', () => {
    useLanguage('zh')
    expect(lastOf('2026-09-01T16:00:00Z')).toBe('2026年9月1日')
    expect(lastOf('2027-09-01T01:00:00Z')).toContain('09:00')
  })
})

describe('a category', () => {
  it('is a whole number of 32 bits', () => {
    expect(['1', ' 4294967295 '].map(readCategory)).toEqual([1, 4294967295])
    expect(['', '0', '-1', '1.5', '4294967296', 'x', null].map(readCategory)).toEqual(Array(7).fill(null))
  })
})
