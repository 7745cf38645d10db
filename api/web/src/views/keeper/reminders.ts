/** What waits for a keeper: goods on their way, counts, requests, and what it promised to send. */
import type { RouteLocationRaw } from 'vue-router'

import type { Schemas } from '@/api/client'

export type ReminderKind = 'arriving' | 'back' | 'unanswered' | 'send' | 'count' | 'request'

export interface Reminder {
  readonly kind: ReminderKind
  readonly key: string
  /** By when; null where no day is set. */
  readonly due: string | null
  readonly isOver: boolean
  readonly to: RouteLocationRaw
  /** The goods that it is about. */
  readonly goods: readonly Goods[]
  /** The other side, where there is one. */
  readonly other: { name: Schemas['Name'] | null; code: string } | null
}

export interface Goods {
  readonly item: string
  readonly name: Schemas['Name'] | null
  readonly unit: string
  readonly quantity: string | null
}

export interface Asked {
  readonly site: string
  readonly consignments: readonly Schemas['ConsignmentRow'][]
  readonly cycles: readonly Schemas['Cycle'][]
  readonly requests: readonly Schemas['RequestRow'][]
  readonly proposals: readonly Schemas['ProposalRow'][]
  /** The goods of each category, as far as the site has some. */
  readonly goodsOf: (category: string) => readonly Goods[]
}

const DAY = 86_400_000
/** Days after the deadline that the other side has, before the sender may take goods back. */
const GRACE = 7
/** Days before a count is due from which it is mentioned. */
const COUNT_AHEAD = 14

/** Return what waits, what is over first, then by day. */
export function remindersOf(asked: Asked, now = Date.now()): Reminder[] {
  return [
    ...asked.consignments.flatMap((row) => onTheWay(row, asked.site, now)),
    ...asked.proposals.flatMap((row) => promised(row, asked.site, now)),
    ...asked.cycles.flatMap((row) => counting(row, asked, now)),
    ...asked.requests.map((row) => asking(row, now)),
  ].sort((a, b) => Number(b.isOver) - Number(a.isOver) || (a.due ?? '9').localeCompare(b.due ?? '9'))
}

function onTheWay(row: Schemas['ConsignmentRow'], site: string, now: number): Reminder[] {
  const isOver = row.deadline !== null && Date.parse(row.deadline) < now
  const common = { key: row.key, due: row.deadline, isOver }
  if (row.state === 'open' && row.to_site === site) {
    const other = { name: row.from_name, code: row.from_site }
    const to = { name: 'keeper-accept', params: { key: row.key } }
    return [{ ...common, kind: 'arriving', to, other, goods: goodsIn(row, 'in_transit') }]
  }
  if (row.from_site !== site) return []
  const other = { name: row.to_name, code: row.to_site }
  const to = { name: 'keeper-return', params: { key: row.key } }
  const back = goodsIn(row, 'returning')
  if (row.state === 'accepted' && back.length > 0)
    return [{ key: row.key, due: null, isOver: false, kind: 'back', to, other, goods: back }]
  const isUnanswered = row.deadline !== null && Date.parse(row.deadline) + GRACE * DAY < now
  if (row.state !== 'open' || !isUnanswered) return []
  return [{ ...common, kind: 'unanswered', to, other, goods: goodsIn(row, 'in_transit') }]
}

function promised(row: Schemas['ProposalRow'], site: string, now: number): Reminder[] {
  if (row.giver !== site || row.state !== 'approved' || row.waits_for !== 'giver') return []
  return [
    {
      kind: 'send',
      key: row.key,
      due: row.needed_by,
      isOver: Date.parse(row.needed_by) < now,
      to: { name: 'keeper-dispatch', query: { proposal: row.key } },
      other: { name: row.receiver_name, code: row.receiver },
      goods: [{ item: row.item, name: row.item_name, unit: row.unit, quantity: row.remaining }],
    },
  ]
}

function counting(row: Schemas['Cycle'], asked: Asked, now: number): Reminder[] {
  if (row.count_due === null || Date.parse(row.count_due) > now + COUNT_AHEAD * DAY) return []
  const goods = asked.goodsOf(row.category)
  return [
    {
      kind: 'count',
      key: row.category,
      due: row.count_due,
      isOver: row.is_stale,
      to: { name: 'keeper-count' },
      other: null,
      goods: goods.map((each) => ({ ...each, quantity: null })),
    },
  ]
}

function asking(row: Schemas['RequestRow'], now: number): Reminder {
  return {
    kind: 'request',
    key: row.key,
    due: row.needed_by,
    isOver: Date.parse(row.needed_by) < now,
    to: { name: 'keeper-requests', hash: `#${row.key}` },
    other: null,
    goods: [{ item: row.item, name: row.item_name, unit: row.unit, quantity: row.open }],
  }
}

function goodsIn(row: Schemas['ConsignmentRow'], state: Schemas['ConsignmentLine']['state']): Goods[] {
  return row.lines
    .filter((line) => line.state === state)
    .map((line) => ({ item: line.item, name: line.item_name, unit: line.unit, quantity: line.quantity }))
}
