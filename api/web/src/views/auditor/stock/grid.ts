/**
 * The grid of a place: a row for every place right below it, a column for every item.
 *
 * One page of holdings usually has all that lies in a place, and is one request however many places there are. Where
 * it does not, each place below is asked for its sums.
 */
import { get, type Schemas } from '@/api/client'
import { ledgerDay } from '@/days'

import { isSumPublic, liesIn, readsAllOf, type Place } from './places'

const PAGE = 200
const AT_ONCE = 6

export interface Cell {
  readonly quantity: bigint
  readonly free: bigint
  readonly isStale: boolean
}

export interface Item {
  readonly item: string
  readonly item_name: Schemas['Name'] | null
  readonly unit: string
}

type AllOnHand = Pick<Schemas['OnHand'], 'holdings' | 'counts_at' | 'stale'>

export interface Grid {
  readonly items: readonly Item[]
  /** By place, then item; what is not there is not held where the place was told at all. */
  readonly cells: ReadonlyMap<string, ReadonlyMap<string, Cell>>
  /** The places whose holdings the caller reads: of others it is not known that they hold nothing. */
  readonly told: ReadonlySet<string>
}

export interface ReadGrid {
  /** Null where what lies in the place is not the caller's to read. */
  readonly grid: Grid | null
  /** Up to which block it holds; of several answers the earliest. */
  readonly block: Schemas['Block'] | null
}

/** Ask for the grid of a place. */
export async function readGrid(
  place: Place,
  children: readonly Place[],
  asOf: string | undefined,
  divisions: readonly string[],
  signal?: AbortSignal,
): Promise<ReadGrid> {
  if (readsAllOf(place.code, divisions)) {
    const page = await get<Schemas['OnHand']>(`/v1/stock/on-hand/${place.code}`, { limit: PAGE, as_of: asOf }, signal)
    if (page.next_after === null) {
      return { grid: gridOfHoldings(page, children), block: page.block }
    }
  }
  const told = children.filter((child) => isSumPublic(child.code) || readsAllOf(child.code, divisions))
  if (told.length === 0 && children.length > 0) return { grid: null, block: null }
  const totals: Schemas['Totals'][] = []
  for (let begin = 0; begin < told.length; begin += AT_ONCE) {
    const some = told.slice(begin, begin + AT_ONCE)
    totals.push(
      ...(await Promise.all(
        some.map((child) => get<Schemas['Totals']>(`/v1/stock/totals/${child.code}`, { as_of: asOf }, signal)),
      )),
    )
  }
  const blocks = totals.map((of) => of.block).sort((a, b) => a.number - b.number)
  return { grid: gridOfTotals(totals), block: blocks[0] ?? null }
}

/**
 * Sum all that lies in a place by the place below in which each holding lies.
 *
 * A count is overdue as sums of places say it: where that of any site is, also of one that holds nothing of the item.
 */
export function gridOfHoldings(page: AllOnHand, children: readonly Place[]): Grid {
  const today = ledgerDay(page.counts_at)
  const items = new Map<string, Item>()
  const cells = new Map<string, Map<string, Cell>>()
  for (const holding of page.holdings) {
    const child = children.find((each) => liesIn(holding.site, each.code))
    if (child === undefined) continue
    items.set(holding.item, holding)
    const row = cells.get(child.code) ?? new Map<string, Cell>()
    const before = row.get(holding.item) ?? { quantity: 0n, free: 0n, isStale: false }
    const quantity = BigInt(holding.quantity)
    const isFree = holding.is_free && (holding.use_until === null || holding.use_until >= today)
    row.set(holding.item, {
      quantity: before.quantity + quantity,
      free: before.free + (isFree ? quantity : 0n),
      isStale: before.isStale || holding.is_stale || isOverdue(child, holding.item),
    })
    cells.set(child.code, row)
  }

  function isOverdue(child: Place, item: string): boolean {
    return page.stale?.some((count) => item.startsWith(count.category) && liesIn(count.site, child.code)) ?? false
  }
  return { items: mostHeldFirst(items, cells), cells, told: new Set(children.map((child) => child.code)) }
}

/** The same from the sums of every place below. */
export function gridOfTotals(totals: readonly Schemas['Totals'][]): Grid {
  const items = new Map<string, Item>()
  const cells = new Map<string, Map<string, Cell>>()
  for (const of of totals) {
    for (const total of of.totals) items.set(total.item, total)
    cells.set(
      of.place,
      new Map(
        of.totals.map((total) => [
          total.item,
          { quantity: BigInt(total.quantity), free: BigInt(total.free), isStale: total.stale_sites > 0 },
        ]),
      ),
    )
  }
  return { items: mostHeldFirst(items, cells), cells, told: new Set(cells.keys()) }
}

/** What lies at most places first, since that is what one compares; then by code. */
function mostHeldFirst(items: Map<string, Item>, cells: Map<string, Map<string, Cell>>): Item[] {
  const places = new Map<string, number>()
  for (const row of cells.values()) for (const item of row.keys()) places.set(item, (places.get(item) ?? 0) + 1)
  return [...items.values()].sort(
    (a, b) => (places.get(b.item) ?? 0) - (places.get(a.item) ?? 0) || a.item.localeCompare(b.item),
  )
}
