/** Answers in the shapes of the description, with what a test does not look at filled in. */
import type { Schemas } from '@/api/client'

export const BLOCK = { number: 48, hash: `0x${'4a'.repeat(32)}`, time: '2026-11-29T06:04:45Z' }
export const SITE = '420102001001101'
export const OTHER = '420102001002301'

export function holding(of: Partial<Schemas['Holding']>): Schemas['Holding'] {
  return {
    site: SITE,
    lot: 'a'.repeat(40),
    item: '299010110001',
    item_name: { zh: '医用外科口罩', en: 'Surgical masks' },
    unit: 'XBX',
    quantity: '10',
    is_free: true,
    is_held: false,
    is_recalled: false,
    is_held_here: false,
    use_until: null,
    is_stale: false,
    count_due: null,
    ...of,
  }
}

export function document(of: Partial<Schemas['CardDocument']> = {}): Schemas['CardDocument'] {
  return {
    key: 'e'.repeat(62),
    number: 1,
    kind: 'receipt',
    occurred_at: '2026-09-02T16:00:00Z',
    is_day_only: true,
    recorded_at: '2026-09-03T01:00:00Z',
    is_late: false,
    from_site: null,
    to_site: SITE,
    source: null,
    consignee: null,
    reason: null,
    reference: null,
    verdict: null,
    sender: `0x${'1'.repeat(40)}`,
    other: null,
    approver: null,
    is_reversed: false,
    is_emergency: false,
    block: 11,
    transaction: `0x${'2'.repeat(64)}`,
    ...of,
  }
}

export function movement(lot: string, item: string, delta: string, quantity: string): Schemas['Movement'] {
  return { lot, item, item_name: null, unit: 'XBX', delta, quantity, is_held_here: false, is_stale: false, count_due: null }
}

export function entry(
  sequence: number,
  movements: Schemas['Movement'][],
  of: Partial<Schemas['CardDocument']> = {},
): Schemas['StockCardEntry'] {
  return { sequence, journal: '0'.repeat(64), document: document({ number: sequence, ...of }), movements }
}

export function traced(of: Partial<Schemas['TraceEntry']>): Schemas['TraceEntry'] {
  return {
    kind: 'moved',
    lot: 'a'.repeat(40),
    quantity: '10',
    from_site: null,
    to_site: null,
    is_beyond: false,
    is_reversed: false,
    document: null,
    consignee: null,
    into: null,
    origin: null,
    is_stale: null,
    ...of,
  }
}
