/** Lines that a user typed, part by part, each with the place where a draft's line says the same. */
import type { CountedForm, DeliveredForm, GoodsForm, LotForm, RepackedForm } from './form'
import type { Line, LotLine, OpeningLine, ReceiptLine } from './lines'
import { batchDigest, lotId, type LotAttributes } from './lots'
import { reasonCode, settlementCode, type ReasonUse } from './reasons'
import type { Raw } from './showing'
import { typedDay, typedHex, typedNumber, typedQuantity, unreadable, type Field } from './typed'
import { MISSING } from './words'

/** What a line must say of one field. */
export interface AskedPart {
  field: Field
  asked: Raw
  of: (line: Line) => Raw
}

/** A line as it was typed. */
export interface AskedLine {
  parts: readonly AskedPart[]
  /** What it leaves to the server. */
  open: readonly Omit<AskedPart, 'asked'>[]
}

/** What lots were made of, which the draft proves. */
export type Known = ReadonlyMap<bigint, LotAttributes>

const ITEM = /^[1-9][0-9]{11}$/

export const lotPart = (lot: bigint): AskedPart => ({ field: 'lot', asked: lot, of: lotOf })

/** Lines of what a site holds, of which the lot may be left to the server. */
export function lotLines(typed: readonly LotForm[], use: ReasonUse, known: Known): AskedLine[] {
  return typed.map((each) => ({
    parts: [...lotParts(each, known), quantityPart(each.quantity), reasonPart(each.reason, use)],
    open: each.lot ? [] : [{ field: 'lot', of: lotOf }],
  }))
}

/** Exceptions of a consignment, whose lots are named. */
export function exceptionLines(
  missing: readonly LotForm[],
  returning: readonly LotForm[],
  known: Known,
): AskedLine[] {
  const lines = (typed: readonly LotForm[], use: ReasonUse, bit: number): AskedLine[] =>
    typed.map((each) => {
      if (!each.lot) unreadable('lot', each.item ?? '')
      const code = typedReason(each.reason ?? '', use) | bit
      const reason: AskedPart = { field: 'reason', asked: code, of: (line) => line.reason }
      return { parts: [...lotParts(each, known), quantityPart(each.quantity), reason], open: [] }
    })
  return [...lines(missing, 'missing', MISSING), ...lines(returning, 'rejection', 0)]
}

/** Lines of a settlement: what became of missing goods. */
export function settledLines(typed: readonly LotForm[], known: Known): AskedLine[] {
  return typed.map((each) => {
    if (!each.lot) unreadable('lot', each.item ?? '')
    const asked = settlementCode(each.reason ?? '') ?? unreadable('reason', each.reason ?? '')
    const reason: AskedPart = { field: 'reason', asked, of: (line) => line.reason }
    return { parts: [...lotParts(each, known), quantityPart(each.quantity), reason], open: [] }
  })
}

/** Lots that are named without quantities. */
export function namedLots(lots: readonly string[]): AskedLine[] {
  return lots.map((each) => ({ parts: [lotPart(typedHex(each, 'lot')), ...noQuantity()], open: [] }))
}

/** What a line of a kind without quantities says beside its lot. */
export function noQuantity(): AskedPart[] {
  return [quantityPart('0'), reasonPart(null, 'hold')]
}

export function openingLines(typed: readonly GoodsForm[], source: bigint): AskedLine[] {
  return typed.map((each) => ({
    parts: [
      ...goodsParts(each, openingGoods),
      { field: 'source', asked: source, of: (line) => openingGoods(line)?.source },
      quantityPart(each.quantity),
      reasonPart(null, 'count'),
    ],
    open: [],
  }))
}

export function receivedLines(typed: readonly DeliveredForm[]): AskedLine[] {
  const received = (line: Line): ReceiptLine | undefined => (line.form === 'receipt' ? line : undefined)
  return typed.map((each, at) => ({
    parts: [
      { field: 'ordinal', asked: BigInt(at + 1), of: (line) => received(line)?.ordinal },
      ...goodsParts(each, (line) => received(line)?.goods),
      quantityPart(each.quantity),
      {
        field: 'rejected',
        asked: typedQuantity(each.rejected ?? '0', 'rejected'),
        of: (line) => received(line)?.rejected,
      },
      reasonPart(each.reason, 'rejection'),
    ],
    open: [],
  }))
}

export function countedLines(typed: readonly CountedForm[]): AskedLine[] {
  return typed.map((each) => ({
    parts: [
      lotPart(typedHex(each.lot, 'lot')),
      {
        field: 'counted',
        asked: typedQuantity(each.counted, 'counted'),
        of: (line) => (line.form === 'count' ? line.counted : undefined),
      },
      reasonPart(each.reason, 'count'),
    ],
    open: [{ field: 'expected', of: (line) => (line.form === 'count' ? line.expected : undefined) }],
  }))
}

/** Lots that become others: same source, and same batch and day of making where no others are typed. */
export function repackedLines(typed: readonly RepackedForm[], known: Known): AskedLine[] {
  const output = (line: Line): LotAttributes | undefined => (line.form === 'repack' ? line.output : undefined)
  return typed.map((each) => {
    const lot = typedHex(each.lot, 'lot')
    const taken = known.get(lot)
    const asked = new Map(goodsParts(each.into, output).map((part) => [part.field, part]))
    if (!each.into.batch) asked.delete('batch')
    if (!each.into.made) asked.delete('made')
    // The last day may follow from the shelf life of what is taken, which only the ledger knows.
    if (!each.into.expires) asked.delete('expires')
    const kept = (['source', 'batch', 'made'] as const).filter((field) => !asked.has(field))
    const open = kept.map((field) => ({ field, of: memberOf(output, field) }))
    const same = taken ? open.map((each, at) => ({ ...each, asked: taken[kept[at]!] })) : []
    return {
      parts: [
        lotPart(lot),
        quantityPart(each.quantity),
        ...asked.values(),
        {
          field: 'outputQuantity',
          asked: typedQuantity(each.into.quantity, 'outputQuantity'),
          of: (line) => (line.form === 'repack' ? line.outputQuantity : undefined),
        },
        ...same,
        reasonPart(each.reason, 'repack'),
      ],
      open: [
        ...(taken ? [] : open),
        ...(asked.has('expires') ? [] : [{ field: 'expires', of: memberOf(output, 'expires') } as const]),
      ],
    }
  })
}

/** The code of a typed reason. */
export function typedReason(name: string, use: ReasonUse): number {
  return reasonCode(name, use) ?? unreadable('reason', name)
}

type GoodsOf = (line: Line) => LotAttributes | undefined
type GoodsField = 'item' | 'source' | 'batch' | 'made' | 'expires'

function memberOf(goods: GoodsOf, member: GoodsField): (line: Line) => Raw {
  return (line) => goods(line)?.[member]
}

/** A lot by its id, and what is printed on it by what the draft proves of it. */
function lotParts(typed: LotForm, known: Known): AskedPart[] {
  const goods: GoodsOf = (line) => known.get(lotOf(line))
  const parts: AskedPart[] = typed.lot ? [lotPart(typedHex(typed.lot, 'lot'))] : []
  if (typed.item) parts.push(itemPart(typed.item, goods))
  const [batch, made, expires] = printedParts(typed, goods)
  if (typed.batch) parts.push(batch)
  if (typed.made) parts.push(made)
  if (typed.expires) parts.push(expires)
  if (!typed.lot && !typed.item) unreadable('lot', '')
  return parts
}

/** All that goods are made of but their source. */
function goodsParts(typed: GoodsForm, goods: GoodsOf): AskedPart[] {
  return [itemPart(typed.item, goods), ...printedParts(typed, goods)]
}

/** What is printed on goods: batch, day of making, last day of use; what is left out is nothing. */
function printedParts(
  { batch, made, expires }: Pick<GoodsForm, 'batch' | 'made' | 'expires'>,
  goods: GoodsOf,
): [AskedPart, AskedPart, AskedPart] {
  return [
    { field: 'batch', asked: batchDigest(batch ?? ''), of: memberOf(goods, 'batch') },
    { field: 'made', asked: made ? typedDay(made, 'made') : 0, of: memberOf(goods, 'made') },
    { field: 'expires', asked: expires ? typedDay(expires, 'expires') : 0, of: memberOf(goods, 'expires') },
  ]
}

function itemPart(typed: string, goods: GoodsOf): AskedPart {
  return { field: 'item', asked: typedNumber(typed, ITEM, 'item'), of: memberOf(goods, 'item') }
}

function quantityPart(typed: string): AskedPart {
  return { field: 'quantity', asked: typedQuantity(typed, 'quantity'), of: quantityOf }
}

function reasonPart(typed: string | null | undefined, use: ReasonUse): AskedPart {
  return { field: 'reason', asked: typed ? typedReason(typed, use) : 0, of: (line) => line.reason }
}

function openingGoods(line: Line): OpeningLine['goods'] | undefined {
  return line.form === 'opening' ? line.goods : undefined
}

/** The lot of a line: of a repack what is taken. */
function lotOf(line: Line): LotLine['lot'] {
  return line.form === 'opening' || line.form === 'receipt' ? lotId(line.goods) : line.lot
}

/** The quantity of a line: of a receipt what is accepted, of a repack what is taken. */
function quantityOf(line: Line): bigint {
  if (line.form === 'receipt') return line.accepted
  return line.form === 'count' ? line.counted : line.quantity
}
