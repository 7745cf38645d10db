/**
 * The name or note that goes along with an act and stays off chain, and its digests, as
 * `ledger_client/records/content.py` computes them. The salt travels in the act; without it nobody can try
 * names out.
 */
import { keccak256, type Hex } from 'viem'

import { taggedDigest } from '../drafts/tagged'
import { bare, utf8, word } from '../drafts/words'
import { canonicalBody } from './texts'

/** A name in two languages or a note, of which the other is empty. */
export interface ActRecord {
  readonly zh: string
  readonly en: string
  readonly body: Readonly<Record<string, unknown>>
  readonly salt: Hex
  /** The sender's, r and vs of EIP-2098; null until signed. */
  readonly signature: Hex | null
}

type Salted = Pick<ActRecord, 'zh' | 'en' | 'body' | 'salt'>

export function nameDigest(record: Salted): Hex {
  return taggedDigest('shecang/name/1', bare(record.salt), utf8(record.zh), utf8(record.en))
}

export function bodyDigest(record: Salted): Hex {
  return taggedDigest('shecang/body/1', bare(record.salt), utf8(canonicalBody(record.body)))
}

/** What the sender signs of a name or note; `id` is what it is about, such as `site/420102001001101`. */
export function recordDigest(id: string, record: Salted): Hex {
  return taggedDigest('shecang/record/1', utf8(id), bare(nameDigest(record)), bare(bodyDigest(record)))
}

/** The key (248 bits) of what a client calls `clientId` at a place: a document, a request, a proposal. */
export function keyAt(place: bigint, clientId: Hex): bigint {
  return BigInt(keccak256(`0x${word(place)}${bare(clientId)}`)) >> 8n
}
