import { describe, expect, it } from 'vitest'

import { missingShare } from '@/views/district/shortfalls'

describe('the missing share of a floor', () => {
  it('is rounded up, so that what is missing never reads as nothing', () => {
    expect(missingShare({ floor: '1000', missing: '1' })).toBe(1)
    expect(missingShare({ floor: '3', missing: '3' })).toBe(100)
    expect(missingShare({ floor: '9223372036854775807', missing: '9223372036854775806' })).toBe(100)
    expect(missingShare({ floor: '0', missing: '0' })).toBe(0)
  })
})
