/**
 * Words of 256 bits as the contracts pack them; a bit that has no meaning must be zero.
 *
 * The layout is that of `ledger_client/words.py`; a head is lot (160) ‖ reason (16) ‖ zero (17) ‖ quantity.
 */
import { bytesToHex, type Hex } from 'viem'

/** The top bit of an exception's reason: missing where it is set, returning where it is not. */
export const MISSING = 0x8000

export const REFERENCE_DOCUMENT = 1n
export const REFERENCE_CONSIGNMENT = 2n
export const REFERENCE_REVERSED = 3n
export const REFERENCE_PROPOSAL = 4n
export const REFERENCE_REQUEST = 5n

const MASK_32 = (1n << 32n) - 1n
const MASK_63 = (1n << 63n) - 1n
export const MASK_64 = (1n << 64n) - 1n
const MASK_248 = (1n << 248n) - 1n
const WORD_DIGITS = 64

/** Bytes that no contract accepts, or that hold what nobody could show. */
export class MalformedError extends Error {}

export interface Head {
  lot: bigint
  reason: number
  quantity: bigint
}

export interface AttributesWord {
  item: bigint
  made: number
  expires: number
  isOwn: boolean
}

export interface AmountsWord {
  delivered: bigint
  rejected: bigint
  ordinal: bigint
}

/** A number as 32 bytes, in hexadecimal without a prefix. */
export function word(value: bigint | number): string {
  return digits(BigInt(value), WORD_DIGITS)
}

/** A number as so many hexadecimal digits, or as many as it has. */
export function digits(value: bigint, count: number): string {
  return value.toString(16).padStart(count, '0')
}

/** The digits of bytes, without a prefix. */
export function bare(hex: Hex): string {
  return hex.slice(2)
}

export function splitWords(lines: Hex): bigint[] {
  const text = bare(lines)
  if (text.length % WORD_DIGITS) throw new MalformedError('no whole number of words')
  return Array.from({ length: text.length / WORD_DIGITS }, (_, at) =>
    BigInt(`0x${text.slice(at * WORD_DIGITS, (at + 1) * WORD_DIGITS)}`),
  )
}

export function countWords(lines: Hex): number {
  return bare(lines).length / WORD_DIGITS
}

export function joinWords(words: readonly bigint[]): Hex {
  return `0x${words.map(word).join('')}`
}

export function packHead(head: Head): bigint {
  return (head.lot << 96n) | (BigInt(head.reason) << 80n) | head.quantity
}

export function unpackHead(value: bigint): Head {
  if ((value >> 63n) & 0x1ffffn) throw new MalformedError('spare bits of a line')
  return { lot: value >> 96n, reason: Number((value >> 80n) & 0xffffn), quantity: value & MASK_63 }
}

export function packAttributes(attributes: AttributesWord): bigint {
  const { item, made, expires, isOwn } = attributes
  return (item << 192n) | (BigInt(made) << 160n) | (BigInt(expires) << 128n) | BigInt(isOwn)
}

export function unpackAttributes(value: bigint): AttributesWord {
  if (value & ((1n << 128n) - 2n)) throw new MalformedError("spare bits of a lot's attributes")
  return {
    item: value >> 192n,
    made: Number((value >> 160n) & MASK_32),
    expires: Number((value >> 128n) & MASK_32),
    isOwn: Boolean(value & 1n),
  }
}

export function packAmounts(amounts: AmountsWord): bigint {
  return (amounts.delivered << 128n) | (amounts.rejected << 64n) | amounts.ordinal
}

export function unpackAmounts(value: bigint): AmountsWord {
  if (value >> 192n) throw new MalformedError('spare bits of received amounts')
  return { delivered: value >> 128n, rejected: (value >> 64n) & MASK_64, ordinal: value & MASK_64 }
}

/** A quantity that stands in a word alone. */
export function unpackQuantity(value: bigint): bigint {
  if (value >> 63n) throw new MalformedError('a quantity of more than 63 bits')
  return value
}

export function packReference(type: bigint, id: bigint): bigint {
  return (type << 248n) | id
}

export function unpackReference(value: bigint): { type: bigint; id: bigint } {
  return { type: value >> 248n, id: value & MASK_248 }
}

/** UTF-8 of a text, in hexadecimal without a prefix. */
export function utf8(text: string): string {
  return bare(bytesToHex(new TextEncoder().encode(text)))
}
