import { describe, expect, it } from 'vitest'

import { covers } from '@/views/district/division'

describe('which divisions somebody reads', () => {
  it('is a prefix test, and 0 is the country', () => {
    expect(covers(['420102'], '420102001')).toBe(true)
    expect(covers(['420102'], '4201')).toBe(false)
    expect(covers(['420102'], '420103')).toBe(false)
    expect(covers(['0'], '420103')).toBe(true)
    expect(covers([], '42')).toBe(false)
  })
})
