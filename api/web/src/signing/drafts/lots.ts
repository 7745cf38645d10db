/** What makes a lot a lot: the same goods get the same id wherever they are typed in (`lines.py`). */
import { keccak256, type Hex } from 'viem'

import { taggedDigest } from './tagged'
import { joinWords, utf8 } from './words'

export const NO_DIGEST: Hex = `0x${'00'.repeat(32)}`

export interface LotAttributes {
  item: bigint
  /** The supplier, or the salted digest of the donor. */
  source: bigint
  /** Digest of the batch as printed, zeros where there is none. */
  batch: Hex
  /** Day of making counted from 1970, 0 where unknown. */
  made: number
  /** Printed last day of use, likewise, 0 where there is none. */
  expires: number
  /** 0 for ordinary lots; `own(key, ordinal)` for a line of a receipt that must be held. */
  own: bigint
}

/** The first 160 bits of keccak(item, source, batch, made, expires, own). */
export function lotId(lot: LotAttributes): bigint {
  const { item, source, batch, made, expires } = lot
  const words = joinWords([item, source, BigInt(batch), BigInt(made), BigInt(expires), lot.own])
  return BigInt(keccak256(words).slice(0, 42))
}

/** What makes a lot one of a receipt's line alone: keccak(document key, ordinal as typed). */
export function own(key: bigint, ordinal: bigint): bigint {
  return BigInt(keccak256(joinWords([key, ordinal])))
}

/**
 * The digest of a batch as printed on the goods, zeros where nothing is printed.
 *
 * Characters that nobody can see or that mix scripts are the server's to refuse: here it is only compared
 * with what the server made of them.
 */
export function batchDigest(printed: string): Hex {
  const plain = plainName(printed)
  return plain ? taggedDigest('shecang/batch/1', utf8(plain)) : NO_DIGEST
}

// The blanks at which Python splits; JavaScript's \s has others.
const BLANKS = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u

/** A typed name in its plain form: NFKC, blanks at the ends removed, others made single. */
export function plainName(text: string): string {
  return text.normalize('NFKC').split(BLANKS).filter(Boolean).join(' ')
}
