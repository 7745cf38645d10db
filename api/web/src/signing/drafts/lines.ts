/** Lines of documents: typed, and packed as the contract reads them (`ledger_client/lines.py`). */
import type { Hex } from 'viem'

import { BY_LOT, lineWidth, WITHOUT_QUANTITY, type Kind } from './kinds'
import { lotId, own, type LotAttributes } from './lots'
import {
  MalformedError,
  MISSING,
  joinWords,
  packAmounts,
  packAttributes,
  packHead,
  splitWords,
  unpackAmounts,
  unpackAttributes,
  unpackHead,
  unpackQuantity,
  word,
} from './words'

/** A lot and a quantity; in an exception the reason's top bit says missing. */
export interface LotLine {
  form: 'lot'
  lot: bigint
  quantity: bigint
  reason: number
}

export interface OpeningLine {
  form: 'opening'
  goods: LotAttributes
  quantity: bigint
  reason: number
}

export interface ReceiptLine {
  form: 'receipt'
  goods: LotAttributes
  accepted: bigint
  rejected: bigint
  /** Place of the line as it was typed. */
  ordinal: bigint
  reason: number
}

export interface CountLine {
  form: 'count'
  lot: bigint
  counted: bigint
  expected: bigint
  reason: number
}

export interface RepackLine {
  form: 'repack'
  lot: bigint
  quantity: bigint
  output: LotAttributes
  outputQuantity: bigint
  reason: number
}

export type Line = LotLine | OpeningLine | ReceiptLine | CountLine | RepackLine

/** Whether goods of an exception are missing; otherwise they are returning. */
export function isMissing(line: LotLine): boolean {
  return Boolean(line.reason & MISSING)
}

/** What lines of a receipt need of their document: whom lots are from, and its key for those of its own. */
export interface LinesOf {
  from: bigint
  key: bigint
}

/**
 * The typed lines of a document.
 *
 * @throws MalformedError where no contract accepts them, or a lot is not the digest of its attributes.
 */
export function unpackLines(kind: Kind, lines: Hex, of: LinesOf): Line[] {
  const words = splitWords(lines)
  const width = lineWidth(kind)
  if (words.length % width) throw new MalformedError('no whole number of lines')
  return Array.from({ length: words.length / width }, (_, at) =>
    unpackLine(kind, words.slice(at * width, (at + 1) * width), of),
  )
}

/** Refuse lines in another order, or with bits that no sentence shows: no contract accepts them. */
export function requirePacked(kind: Kind, lines: Hex, typed: readonly Line[]): void {
  const rows = typed.map(wordsOf)
  if (joinWords(rows.flat()) !== lines) throw new MalformedError('bits that nobody can read')
  const order = rows.map((row) => row[0]! >> (BY_LOT.has(kind) ? 96n : 80n))
  if (order.some((each, at) => at > 0 && each <= order[at - 1]!)) throw new MalformedError('order of lines')
  if (WITHOUT_QUANTITY.has(kind) && typed.some((line) => line.form === 'lot' && line.quantity)) {
    throw new MalformedError('a quantity where none is said')
  }
}

function unpackLine(kind: Kind, row: readonly bigint[], of: LinesOf): Line {
  const [first, second, third, fourth, fifth] = row as [bigint, bigint, bigint, bigint, bigint]
  const { lot, reason, quantity } = unpackHead(first)
  if (kind === 'receipt') {
    const { rejected, ordinal } = unpackAmounts(second)
    const owned = unpackAttributes(third).isOwn ? own(of.key, ordinal) : 0n
    const goods = requireLot(lot, attributes(third, fourth, of.from, owned))
    return { form: 'receipt', goods, accepted: quantity, rejected, ordinal, reason }
  }
  if (kind === 'opening') {
    const goods = requireLot(lot, attributes(second, third, fourth))
    return { form: 'opening', goods, quantity, reason }
  }
  if (kind === 'repack') {
    const made = unpackHead(second)
    const output = requireLot(made.lot, attributes(third, fourth, fifth))
    return { form: 'repack', lot, quantity, output, outputQuantity: made.quantity, reason }
  }
  if (kind === 'count') {
    return { form: 'count', lot, counted: quantity, expected: unpackQuantity(second), reason }
  }
  return { form: 'lot', lot, quantity, reason }
}

function attributes(packed: bigint, batch: bigint, source: bigint, owned = 0n): LotAttributes {
  const { item, made, expires } = unpackAttributes(packed)
  return { item, source, batch: `0x${word(batch)}`, made, expires, own: owned }
}

function requireLot(lot: bigint, goods: LotAttributes): LotAttributes {
  if (lotId(goods) !== lot) throw new MalformedError('a lot with other attributes')
  return goods
}

function wordsOf(line: Line): bigint[] {
  if (line.form === 'lot') return [packHead(line)]
  if (line.form === 'count') {
    return [packHead({ lot: line.lot, reason: line.reason, quantity: line.counted }), line.expected]
  }
  if (line.form === 'repack') {
    const made = packHead({ lot: lotId(line.output), reason: 0, quantity: line.outputQuantity })
    return [packHead(line), made, ...lotWords(line.output)]
  }
  const lot = lotId(line.goods)
  if (line.form === 'opening') {
    return [packHead({ lot, reason: line.reason, quantity: line.quantity }), ...lotWords(line.goods)]
  }
  const { accepted, rejected, ordinal, reason } = line
  const amounts = packAmounts({ delivered: accepted + rejected, rejected, ordinal })
  return [packHead({ lot, reason, quantity: accepted }), amounts, ...lotWords(line.goods).slice(0, 2)]
}

function lotWords(goods: LotAttributes): [bigint, bigint, bigint] {
  const isOwn = goods.own !== 0n
  return [packAttributes({ ...goods, isOwn }), BigInt(goods.batch), goods.source]
}
