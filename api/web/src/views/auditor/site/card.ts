/** What can be said of a stock card beside its rows: how much of an item was there then, and steps for a picture. */
import type { Schemas } from '@/api/client'

export type Entry = Schemas['StockCardEntry']

/**
 * How much of each entry's items was there after it, in the order of its movements.
 *
 * It can be said where the entries begin with the first one and have no gap; else there may be lots that no movement
 * here names, and each is null. What was there of the lot itself is told by the server.
 */
export function itemBalances(entries: readonly Entry[]): Map<number, readonly (bigint | null)[]> {
  const lots = new Map<string, Map<string, bigint>>()
  const balances = new Map<number, readonly (bigint | null)[]>()
  let isWhole = true
  for (const [place, entry] of entries.entries()) {
    isWhole &&= entry.sequence === place + 1
    for (const { item, lot, quantity } of entry.movements) {
      const ofItem = lots.get(item) ?? new Map<string, bigint>()
      lots.set(item, ofItem.set(lot, BigInt(quantity)))
    }
    balances.set(
      entry.sequence,
      entry.movements.map(({ item }) => (isWhole ? sum(lots.get(item)) : null)),
    )
  }
  return balances
}

export interface Step {
  readonly at: string
  readonly quantity: bigint
}

/** What lay there of an item after each entry that moved it, as steps in the order of recording. */
export function stepsOf(entries: readonly Entry[], item: string): Step[] {
  const lots = new Map<string, bigint>()
  const steps: Step[] = []
  for (const entry of entries) {
    const moved = entry.movements.filter((movement) => movement.item === item)
    if (moved.length === 0) continue
    for (const { lot, quantity } of moved) lots.set(lot, BigInt(quantity))
    steps.push({ at: entry.document.recorded_at, quantity: sum(lots) })
  }
  return steps
}

export interface Goods {
  readonly item: string
  readonly item_name: Schemas['Name'] | null
  readonly unit: string
}

/** The items that entries moved, most often moved first. */
export function itemsOf(entries: readonly Entry[]): Goods[] {
  const seen = new Map<string, { goods: Goods; times: number }>()
  for (const movement of entries.flatMap((entry) => entry.movements)) {
    const before = seen.get(movement.item)
    seen.set(movement.item, { goods: movement, times: (before?.times ?? 0) + 1 })
  }
  return [...seen.values()].sort((a, b) => b.times - a.times).map((each) => each.goods)
}

/** The other site of a document on this site's card; null where there is none. */
export function otherSite(document: Schemas['CardDocument'], site: string): string | null {
  const other = document.from_site === site ? document.to_site : document.from_site
  return other === site ? null : other
}

function sum(lots: ReadonlyMap<string, bigint> | undefined): bigint {
  return [...(lots?.values() ?? [])].reduce((all, each) => all + each, 0n)
}
