/**
 * A document that waits for signatures: what it has, what is signed of it, and who still has to.
 *
 * Everything that is signed is computed here, from the draft itself, as `ledger_client/drafts/draft.py` does.
 */
import { keccak256, stringToHex, type Address, type Hex } from 'viem'

import { SigningRefusal } from '../refusal'
import { consentDigest, signedBy } from '../signatures'
import type { Consent, Transaction } from '../signer'
import { calldata } from './calldata'
import { isRecordedByReceiver, kindNumber, lineWidth, type Kind } from './kinds'
import { unpackLines, type Line } from './lines'
import type { LotAttributes } from './lots'
import { bare, countWords, digits, unpackReference, word } from './words'

export const PARTS = ['other', 'approver', 'sender'] as const

/** What somebody signs a document as; the sender signs the transaction, last. */
export type Part = (typeof PARTS)[number]
export type ConsentingPart = Exclude<Part, 'sender'>

export interface Seat {
  address: Address
  /** Of the grant relied on. */
  division: number
}

/** What a document says, whoever signs it. */
export interface Content {
  clientId: Hex
  /** Seconds since 1970; of a day, its beginning at the ledger's offset. */
  occurredAt: number
  dayOnly: boolean
  from: bigint
  to: bigint
  reference: bigint
  reason: number
  qualification: bigint
  deadline: number
  lines: Hex
}

/** What is left of a consignment, as the ledger last committed to it. */
export interface Consignment {
  state: 1 | 2
  signers: readonly Address[]
  lines: Hex
}

/** The document that a reversal undoes. */
export interface Original {
  kind: Kind
  document: Content
  signers: readonly Address[]
}

export interface Draft {
  chainId: number
  genesis: Hex
  ledger: Address
  kind: Kind
  document: Content
  sender: Seat
  other: Seat | null
  approver: Seat | null
  body: Hex
  validUntil: number
  consignment: Consignment | null
  original: Original | null
  consents: Readonly<Record<ConsentingPart, Hex | null>>
  /** What named lots were made of. Nobody signs them: a lot's id is the digest of its attributes. */
  lots: readonly LotAttributes[]
}

const CONTENT_TYPE = keccak256(
  stringToHex(
    'Content(uint8 kind,uint248 key,uint256 from,uint256 to,uint64 occurredAt,uint256 reference,' +
      'uint16 reason,uint160 qualification,uint64 deadline,uint256 words,bytes32 lines)',
  ),
)
const DAY_ONLY = 1n << 63n

const DOCUMENT_GAS = 450_000
const LINE_GAS: Partial<Record<Kind, number>> = { receipt: 85_000, opening: 85_000, repack: 130_000 }
const OTHER_LINE_GAS = 45_000
const LOOK_GAS = 270 // the contract looks every exception up among the lines of its consignment

/** The site that gives the document its key; of a recall the issuer, 0 for an authority. */
export function recordingSite(draft: Draft): bigint {
  const kind = draft.original?.kind ?? draft.kind
  return isRecordedByReceiver(kind) ? draft.document.to : draft.document.from
}

/** The key that the document will have: 248 bits of the recording site and the client's id. */
export function keyOf(draft: Draft): bigint {
  const hash = keccak256(`0x${word(recordingSite(draft))}${bare(draft.document.clientId)}`)
  return BigInt(hash.slice(0, 64))
}

/** A document's key as it is written: 62 hexadecimal digits. */
export function keyText(key: bigint): string {
  return digits(key, 62)
}

/** The 64 bits of a time: the top one says that only the day is known. */
export function timeWord(content: Content): bigint {
  return BigInt(content.occurredAt) | (content.dayOnly ? DAY_ONLY : 0n)
}

/** Digest of what the document says. */
export function contentDigest(draft: Draft): Hex {
  const { document } = draft
  const words = [
    bare(CONTENT_TYPE),
    word(kindNumber(draft.kind)),
    word(keyOf(draft)),
    word(document.from),
    word(document.to),
    word(timeWord(document)),
    word(document.reference),
    word(document.reason),
    word(document.qualification),
    word(document.deadline),
    word(countWords(document.lines)),
    bare(keccak256(document.lines)),
  ]
  return keccak256(`0x${words.join('')}`)
}

/** What the other party and the approver consent to. */
export function consentOf(draft: Draft): Consent {
  return {
    chainId: draft.chainId,
    ledger: draft.ledger,
    content: contentDigest(draft),
    body: draft.body,
    validUntil: BigInt(draft.validUntil),
  }
}

/** Everybody who signs, the sender last. */
export function seatsOf(draft: Draft): [Part, Seat][] {
  return PARTS.map((part): [Part, Seat | null] => [part, draft[part]]).filter(
    (each): each is [Part, Seat] => each[1] !== null,
  )
}

/** Whose signature comes next: those who have not consented; the sender when everybody has. */
export function waitingFor(draft: Draft): Part[] {
  const missing = missingConsents(draft)
  return missing.length ? missing : ['sender']
}

/** The draft's own lines. */
export function linesOf(draft: Draft): Line[] {
  const { lines, from } = draft.document
  return unpackLines(draft.kind, lines, { from, key: keyOf(draft) })
}

/** What is left of the consignment that the draft takes further, by the draft's word. */
export function carriedBy(draft: Draft): Line[] {
  return draft.consignment ? unpackLines('acceptance', draft.consignment.lines, { from: 0n, key: 0n }) : []
}

/** The lines of what a reversal undoes, by the draft's word. */
export function undoneBy(draft: Draft): Line[] {
  if (!draft.original) return []
  const { kind, document } = draft.original
  const key = unpackReference(draft.document.reference).id
  return unpackLines(kind, document.lines, { from: document.from, key })
}

/** The most gas that the transaction may use. */
export function gasOf(draft: Draft): bigint {
  const { kind, document, consignment, original } = draft
  const lines = countWords(document.lines) / lineWidth(kind)
  let gas = DOCUMENT_GAS + lines * (LINE_GAS[kind] ?? OTHER_LINE_GAS)
  if (consignment) {
    const left = countWords(consignment.lines)
    gas += left * OTHER_LINE_GAS + lines * left * LOOK_GAS
  }
  if (original) {
    gas += (countWords(original.document.lines) / lineWidth(original.kind)) * OTHER_LINE_GAS
  }
  return BigInt(gas)
}

/**
 * Refuse a draft with a consent that is none, so that nobody is said to have signed who has not.
 *
 * @throws SigningRefusal where one is not by whom the draft names, over this draft.
 */
export async function requireTrueConsents(draft: Draft): Promise<void> {
  for (const part of ['other', 'approver'] as const) {
    const given = draft.consents[part]
    if (given) await requireConsent(draft, part, given)
  }
}

/**
 * The draft with one more consent: r and vs of EIP-2098.
 *
 * @throws SigningRefusal where it is not one by whom the draft names, over this draft.
 */
export async function withConsent(draft: Draft, part: ConsentingPart, signature: Hex): Promise<Draft> {
  await requireConsent(draft, part, signature)
  return { ...draft, consents: { ...draft.consents, [part]: signature } }
}

/**
 * The transaction that the sender signs under a number.
 *
 * @throws SigningRefusal where somebody has not consented, or a consent is none.
 */
export async function transactionOf(draft: Draft, nonce: number): Promise<Transaction> {
  const missing = missingConsents(draft)
  if (missing.length) {
    const signers = missing.map((part) => draft[part]!.address).join(', ')
    throw new SigningRefusal('signingDrafts.consentsMissing', { draft: shortKey(draft), signers })
  }
  await requireTrueConsents(draft)
  return {
    chainId: draft.chainId,
    nonce,
    gas: gasOf(draft),
    to: draft.ledger,
    data: calldata(draft),
  }
}

/** The first digits of the key, as sentences name a draft. */
export function shortKey(draft: Draft): string {
  return keyText(keyOf(draft)).slice(0, 8)
}

function missingConsents(draft: Draft): ConsentingPart[] {
  return (['other', 'approver'] as const).filter((part) => draft[part] && !draft.consents[part])
}

async function requireConsent(draft: Draft, part: ConsentingPart, signature: Hex): Promise<void> {
  const address = draft[part]?.address
  if (address && (await signedBy(consentDigest(consentOf(draft)), signature)) === address) return
  throw new SigningRefusal('signingDrafts.consentWrong', {
    draft: shortKey(draft),
    part: `signingDrafts.parts.${part}`,
    address: address ?? '–',
  })
}
