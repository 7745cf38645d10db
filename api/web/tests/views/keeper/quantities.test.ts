import { describe, expect, it } from 'vitest'

import { isWrong, readQuantity } from '@/views/keeper/quantities'

function wordOf(typed: string, least: 0n | 1n = 1n): string | null {
  const read = readQuantity(typed, least)
  return isWrong(read) ? read.word : null
}

describe('a typed quantity', () => {
  it('is a whole number, also in digits of a Chinese keyboard', () => {
    expect(readQuantity('1200')).toBe(1200n)
    expect(readQuantity(' １２ ')).toBe(12n)
    expect(readQuantity('007')).toBe(7n)
  })

  it('goes to the last quantity that the ledger keeps, digit for digit', () => {
    expect(readQuantity('9223372036854775807')).toBe(9223372036854775807n)
    expect(wordOf('9223372036854775808')).toBe('quantityLimit')
    expect(wordOf('9'.repeat(5_000))).toBe('quantityLimit')
  })

  it.each(['1e3', '-1', '+1', '1.5', '1,000', '1，000', '0x10', '十二', '1 000', '१२', '²'])('refuses %s', (typed) => {
    expect(readQuantity(typed)).toEqual({ word: 'quantityForm', values: { typed } })
  })

  it('is missing or nothing', () => {
    expect(wordOf('')).toBe('quantityEmpty')
    expect(wordOf('  ')).toBe('quantityEmpty')
    expect(wordOf('0')).toBe('quantityZero')
    expect(readQuantity('0', 0n)).toBe(0n)
  })
})
