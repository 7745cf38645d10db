/**
 * What a site has, in everyday words: by item whether it is enough, low or out, what expires, what may not be
 * used.
 */
import type { Schemas } from '@/api/client'
import { dayAfter, ledgerDay } from '@/days'

export type Holding = Schemas['Holding']
type Floor = Schemas['Floor']

/** `there`: some is there, and nobody has said how much must be. */
export type StockState = 'enough' | 'there' | 'low' | 'out'

export interface ItemStock {
  readonly item: string
  readonly name: Holding['item_name']
  readonly unit: string
  /** All that lies there. */
  readonly total: bigint
  /** Of it, what may be given out today. */
  readonly usable: bigint
  readonly floor: bigint | null
  readonly state: StockState
  /** Usable now, but not for longer than `EXPIRING_WITHIN` days. */
  readonly expiring: bigint
  readonly expired: bigint
  readonly held: bigint
  readonly recalled: bigint
  readonly isCountOverdue: boolean
  readonly lots: readonly Holding[]
}

/** Days before its last day of use from which goods are said to expire soon. */
export const EXPIRING_WITHIN = 30

/** Whether the last day of use of a lot is over. */
export function isExpired(lot: { use_until: string | null }, today = ledgerDay()): boolean {
  return lot.use_until !== null && lot.use_until < today
}

/** Whether a lot may be given out today. */
export function isUsable(lot: Holding, today = ledgerDay()): boolean {
  return lot.is_free && !isExpired(lot, today)
}

/** What is said of a lot, the most pressing alone. */
export function lotState(lot: Holding, today = ledgerDay()): 'recalled' | 'held' | 'expired' | 'expiring' | 'usable' {
  if (lot.is_recalled) return 'recalled'
  if (!lot.is_free) return 'held'
  if (isExpired(lot, today)) return 'expired'
  return isExpiring(lot, today) ? 'expiring' : 'usable'
}

/** Return what is there of each item, what needs looking after first. */
export function stockByItem(
  holdings: readonly Holding[],
  floors: readonly Floor[],
  today = ledgerDay(),
): ItemStock[] {
  const floorOf = new Map(floors.map((row) => [row.item, row]))
  const items = new Map<string, Holding[]>(floors.filter(isAsked).map((row) => [row.item, []]))
  for (const lot of holdings) items.set(lot.item, [...(items.get(lot.item) ?? []), lot])
  return [...items]
    .map(([item, lots]) => stockOf(item, lots, floorOf.get(item), today))
    .sort((a, b) => urgency(b) - urgency(a) || a.item.localeCompare(b.item))
}

/** In the order in which lots are given out: what expires first goes first, what never expires last. */
export function firstExpiringFirst<Lot extends { use_until: string | null; lot: string }>(lots: readonly Lot[]): Lot[] {
  return [...lots].sort(
    (a, b) => (a.use_until ?? '9999').localeCompare(b.use_until ?? '9999') || a.lot.localeCompare(b.lot),
  )
}

function stockOf(item: string, lots: readonly Holding[], floor: Floor | undefined, today: string): ItemStock {
  const usable = sum(lots.filter((lot) => isUsable(lot, today)))
  const kept = floor?.floor == null ? null : BigInt(floor.floor)
  const any = lots[0] ?? floor
  return {
    item,
    name: any?.item_name ?? null,
    unit: any?.unit ?? '',
    total: sum(lots),
    usable,
    floor: kept,
    state: stateOf(usable, kept),
    expiring: sum(lots.filter((lot) => isUsable(lot, today) && isExpiring(lot, today))),
    expired: sum(lots.filter((lot) => isExpired(lot, today))),
    held: sum(lots.filter((lot) => !lot.is_free && !lot.is_recalled)),
    recalled: sum(lots.filter((lot) => lot.is_recalled)),
    isCountOverdue: lots.some((lot) => lot.is_stale),
    lots: firstExpiringFirst(lots),
  }
}

function stateOf(usable: bigint, floor: bigint | null): StockState {
  if (usable === 0n) return 'out'
  if (floor === null || floor === 0n) return 'there'
  return usable < floor ? 'low' : 'enough'
}

function isExpiring(lot: Holding, today: string): boolean {
  return lot.use_until !== null && lot.use_until >= today && lot.use_until <= dayAfter(today, EXPIRING_WITHIN)
}

function isAsked(floor: Floor): boolean {
  return floor.floor !== null && BigInt(floor.floor) > 0n
}

function urgency(stock: ItemStock): number {
  const state = { out: 8, low: 4, there: 0, enough: 0 }[stock.state]
  return state + (stock.expiring + stock.expired + stock.held + stock.recalled > 0n ? 1 : 0)
}

/** Base units of lots together. */
export function sum(lots: readonly { quantity: string }[]): bigint {
  return lots.reduce((total, lot) => total + BigInt(lot.quantity), 0n)
}
