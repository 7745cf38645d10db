/**
 * An act: everything that is done beside documents of stock, as its one signer sees it before signing
 * (`ledger_client/acts/act.py`, ADR 14). All that is signed is computed here, from the arguments.
 */
import type { Address, Hex } from 'viem'

import { consentOf as consentOfDraft, requireTrueConsents, type Draft } from '../drafts/draft'
import { KINDS } from '../drafts/kinds'
import { NO_DIGEST } from '../drafts/lots'
import { bare, joinWords } from '../drafts/words'
import type { Consent, Transaction } from '../signer'
import { encodeCall, type Arguments } from './abi'
import { bodyDigest, keyAt, nameDigest, recordDigest, type ActRecord } from './records'
import { malformed, refused } from './refusals'

/** A call that one key signs. */
export interface Act {
  readonly chainId: number
  /** Hash of the chain's block 0. */
  readonly genesis: Hex
  /** The stock ledger, for which a consent to a document counts. */
  readonly ledger: Address
  readonly contract: string
  readonly address: Address
  readonly function: string
  /** By name, in the order of the ABI. */
  readonly arguments: Arguments
  readonly sender: Address
  /** Tells two acts of the same content apart. */
  readonly id: Hex
  readonly gas: bigint
  /** The name or note whose salted digest is an argument. */
  readonly record: ActRecord | null
  /** As it is handed in. */
  readonly json: ActJson
}

/** `ActModel` of the API. */
export interface ActJson {
  readonly form: 'shecang act 1'
  readonly chain_id: number
  readonly genesis: Hex
  readonly ledger: Address
  readonly contract: string
  readonly address: Address
  readonly function: string
  readonly arguments: Readonly<Record<string, unknown>>
  readonly sender: Address
  readonly id: Hex
  readonly gas: number
  readonly record: ActRecord | null
}

/** A document as the contracts take it, `IDocuments.sol`. */
interface DocumentArgument {
  readonly clientId: Hex
  readonly from: bigint
  readonly to: bigint
  readonly occurredAt: bigint
  readonly reference_: bigint
  readonly reason: bigint
  readonly qualification: bigint
  readonly deadline: bigint
  readonly lines: readonly bigint[]
}

const REGISTERED: Readonly<Record<string, readonly [kind: string, argument: string]>> = {
  registerDivision: ['division', 'division_'],
  registerSite: ['site', 'site_'],
  registerConsignee: ['consignee', 'consignee_'],
  registerSupplier: ['supplier', 'supplier'],
  registerIssuer: ['issuer', 'issuer'],
  registerItem: ['item', 'item_'],
}
const DAY_ONLY = 1n << 63n
const KEY_DIGITS = 62
const SHORT_DIGITS = 8
const NO_SEAT = { address: '0x0000000000000000000000000000000000000000', division: 0 } as const

/** Of a request or proposal: the key that it will have; null of all others. */
export function keyOf(act: Act): bigint | null {
  if (act.function === 'request') {
    const asking = act.arguments.asking as { site: bigint; clientId: Hex }
    return keyAt(asking.site, asking.clientId)
  }
  if (act.function !== 'propose') return null
  const offer = act.arguments.offer as { request: bigint; clientId: Hex }
  return keyAt(offer.request, offer.clientId)
}

/** A key as it is written: 62 hexadecimal digits. */
export function keyText(key: bigint): string {
  return key.toString(16).padStart(KEY_DIGITS, '0')
}

/** The first digits of what an act is called by. */
export function shortOf(act: Act): string {
  const key = keyOf(act)
  return (key === null ? bare(act.id) : keyText(key)).slice(0, SHORT_DIGITS)
}

/**
 * The document that an act approves or shows; null where it has none. Nobody signs it as a draft: only its
 * content and its consent are looked at.
 */
export function documentOf(act: Act): Draft | null {
  const { document, kind, body, validUntil, consent } = act.arguments
  if (document === undefined) return null
  const argument = document as unknown as DocumentArgument
  const number = act.function === 'proveCount' ? BigInt(KINDS.indexOf('count') + 1) : (kind as bigint)
  const named = KINDS[Number(number) - 1]
  if (!named) throw malformed('arguments.kind')
  const given = consent as { r: Hex; vs: Hex } | undefined
  return {
    chainId: act.chainId,
    genesis: act.genesis,
    ledger: act.ledger,
    kind: named,
    document: {
      clientId: argument.clientId,
      occurredAt: seconds(argument.occurredAt & (DAY_ONLY - 1n)),
      dayOnly: Boolean(argument.occurredAt & DAY_ONLY),
      from: argument.from,
      to: argument.to,
      reference: argument.reference_,
      reason: Number(argument.reason),
      qualification: argument.qualification,
      deadline: seconds(argument.deadline),
      lines: joinWords(argument.lines),
    },
    sender: NO_SEAT,
    other: null,
    approver: given ? { address: act.sender, division: 0 } : null,
    body: (body as Hex | undefined) ?? NO_DIGEST,
    validUntil: seconds((validUntil as bigint | undefined) ?? 0n),
    consignment: null,
    original: null,
    consents: { other: null, approver: given ? `${given.r}${bare(given.vs)}` : null },
    lots: [],
  }
}

/** Of an approval whose goods leave the district: what its approver signs beside the transaction. */
export function consentOf(act: Act): Consent | null {
  const draft = act.function === 'approveWithConsent' ? documentOf(act) : null
  return draft && consentOfDraft(draft)
}

/** What the record that goes with an act is about, such as `site/420102001001101`; null where none does. */
export function recordIdOf(act: Act): string | null {
  const registered = REGISTERED[act.function]
  if (registered) return `${registered[0]}/${act.arguments[registered[1]]}`
  if (act.function === 'request') return `request/${keyOf(act)}`
  const draft = act.function === 'approveWithConsent' ? documentOf(act) : null
  return draft && `document/${keyAt(draft.document.from, draft.document.clientId)}`
}

/** What the sender signs of the name or note that goes with an act; null where none does. */
export function recordDigestOf(act: Act): Hex | null {
  const id = recordIdOf(act)
  return act.record && id !== null ? recordDigest(id, act.record) : null
}

/** Refuse an act whose record is not the one whose digest it registers, is missing, or is one too many. */
export function requireRecord(act: Act): void {
  const { record } = act
  const digest = digestAmong(act)
  if (record === null && digest === null) return
  const isName = act.function in REGISTERED
  // What else a record held nobody would be shown.
  const hasOther = record && (isName ? Object.keys(record.body).length > 0 : record.zh || record.en)
  const found = !record || hasOther ? null : isName ? nameDigest(record) : bodyDigest(record)
  if (found !== digest || found === null) {
    throw refused('recordDiffers', { act: shortOf(act), digest: digest ?? NO_DIGEST })
  }
}

/** The calldata, by the ABI of this page. */
export function calldataOf(act: Act): Hex {
  return encodeCall(act.contract, act.function, act.arguments)
}

/**
 * The transaction that the sender signs under a number.
 *
 * @throws SigningRefusal of an approval that lacks its approver's consent.
 */
export async function transactionOf(act: Act, nonce: number): Promise<Transaction> {
  const draft = act.function === 'approveWithConsent' ? documentOf(act) : null
  if (draft) await requireTrueConsents(draft)
  return { chainId: act.chainId, nonce, gas: act.gas, to: act.address, data: calldataOf(act) }
}

/** The digest among the arguments whose record goes with the act; null where there is none. */
function digestAmong(act: Act): Hex | null {
  if (act.function in REGISTERED) return act.arguments.nameDigest as Hex
  const place = act.function === 'request' ? (act.arguments.asking as Arguments) : act.arguments
  const body = place.body as Hex | undefined
  return body === undefined || body === NO_DIGEST ? null : body
}

function seconds(value: bigint): number {
  // Later than anything that is shown as a time; a draft has whole numbers below 2^53 likewise.
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed('arguments.document')
  return Number(value)
}
