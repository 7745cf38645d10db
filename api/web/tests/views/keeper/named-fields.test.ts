import { describe, expect, it } from 'vitest'

import { fieldOf } from '@/views/keeper/named-fields'

describe('the field that a server names', () => {
  it.each([
    ['issue.lines.0.quantity', 'goods'],
    ['receipt.goods.1.batch', 'goods.1.batch'],
    ['receipt.occurred_at', 'day'],
    ['dispatch.keeper.address', 'keeper'],
    ['request.needed_by', 'neededBy'],
    ['request.by.address', 'keeper'],
    ['receipt.order', 'order'],
    ['write-off.lines.2.reason', 'lines.2.reason'],
  ])('%s is %s', (parameter, field) => expect(fieldOf(parameter)).toBe(field))

  it.each([
    ['acceptance.missing.0.quantity', { missing: [{ lot: 'ab' }] }, 'exceptions.ab.missing'],
    ['acceptance.returning.1.reason', { returning: [{ lot: 'ab' }, { lot: 'cd' }] }, 'exceptions.cd.returningReason'],
    ['count.lines.0.counted', { lines: [{ lot: 'ab' }] }, 'lots.ab.counted'],
    ['count.lines', { lines: [{ lot: 'ab' }] }, 'goods'],
  ])('%s of what was sent is %s', (parameter, body, field) => expect(fieldOf(parameter, body)).toBe(field))
})
