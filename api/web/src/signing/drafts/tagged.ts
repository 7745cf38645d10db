/** Digests over several values that can be read in one way only, as `ledger_client/tagged.py` makes them. */
import { keccak256, type Hex } from 'viem'

import { digits, utf8 } from './words'

const ID_DIGITS = 40

/** Keccak of a tag and of fields (hexadecimal without a prefix), each preceded by its length in 4 bytes. */
export function taggedDigest(tag: string, ...fields: readonly string[]): Hex {
  const parts = [utf8(tag), ...fields].map((each) => digits(BigInt(each.length / 2), 8) + each)
  return keccak256(`0x${parts.join('')}`)
}

/** The first 160 bits of `taggedDigest`, the form of most identifiers on chain. */
export function taggedId(tag: string, ...fields: readonly string[]): bigint {
  return BigInt(taggedDigest(tag, ...fields).slice(0, 2 + ID_DIGITS))
}
