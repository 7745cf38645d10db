import { describe, expect, it } from 'vitest'

import { covers } from '@/views/district/division'
import { byUrgency } from '@/views/district/requests'
import { missingShare } from '@/views/district/shortfalls'

describe('the order of requests', () => {
  it('is by urgency, then by day of need, then by key', () => {
    const rows = [
      { key: 'd', urgency: 'routine', needed_by: '2026-12-01T00:00:00Z' },
      { key: 'c', urgency: 'critical', needed_by: '2026-12-09T00:00:00Z' },
      { key: 'b', urgency: 'critical', needed_by: '2026-12-02T00:00:00Z' },
      { key: 'a', urgency: 'critical', needed_by: '2026-12-02T00:00:00Z' },
      { key: 'e', urgency: 'urgent', needed_by: '2026-11-30T00:00:00Z' },
    ] as const
    expect([...rows].sort(byUrgency).map((row) => row.key)).toEqual(['a', 'b', 'c', 'e', 'd'])
  })
})

describe('which divisions somebody reads', () => {
  it('is a prefix test, and 0 is the country', () => {
    expect(covers(['420102'], '420102001')).toBe(true)
    expect(covers(['420102'], '4201')).toBe(false)
    expect(covers(['420102'], '420103')).toBe(false)
    expect(covers(['0'], '420103')).toBe(true)
    expect(covers([], '42')).toBe(false)
  })
})

describe('the missing share of a floor', () => {
  it('is rounded up, so that what is missing never reads as nothing', () => {
    expect(missingShare({ floor: '1000', missing: '1' })).toBe(1)
    expect(missingShare({ floor: '3', missing: '3' })).toBe(100)
    expect(missingShare({ floor: '9223372036854775807', missing: '9223372036854775806' })).toBe(100)
    expect(missingShare({ floor: '0', missing: '0' })).toBe(0)
  })
})
