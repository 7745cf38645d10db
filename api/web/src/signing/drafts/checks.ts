/**
 * What is compared before somebody signs, beside the form (`comparison.ts`): the ledger with what is trusted,
 * the time, who signs, and the draft with what was read of it before.
 *
 * Whoever prepares drafts is trusted with nothing.
 */
import { getAddress, keccak256, stringToHex, type Address, type Hex } from 'viem'

import { SigningRefusal } from '../refusal'
import { PARTS, seatsOf, shortKey, timeWord, type Draft, type Part, type Seat } from './draft'
import { fromField, toField } from './fields'
import { CHINA_OFFSET, minute, SECONDS_A_DAY } from './moments'
import { kindText } from './showing'
import { fieldKey, type Field } from './typed'

/** What a trust file says of the ledger. */
export interface TrustedLedger {
  chainId: number
  genesis: Hex
  ledger: Address
}

/** How far ahead the end of consents may lie, seconds: a week, after which a document is late, and a day. */
const LONGEST = 8 * SECONDS_A_DAY

/** @throws SigningRefusal where a draft is for another ledger than the one that is trusted. */
export function checkTrust(draft: Draft, trust: TrustedLedger): void {
  const found: [Field, string, string][] = [
    ['chain', `${draft.chainId}`, `${trust.chainId}`],
    ['genesis', draft.genesis, trust.genesis.toLowerCase()],
    ['ledger', draft.ledger, getAddress(trust.ledger)],
  ]
  for (const [field, came, expected] of found) {
    if (came === expected) continue
    const values = { draft: shortKey(draft), field: fieldKey(field), came, expected }
    throw new SigningRefusal('signingDrafts.ledgerDiffers', values)
  }
}

/** @throws SigningRefusal where consents count no longer, or longer than a document may wait. */
export function checkTime(draft: Draft, now: number, offset = CHINA_OFFSET): void {
  if (now <= draft.validUntil && draft.validUntil <= now + LONGEST) return
  const code = draft.validUntil < now ? 'signingDrafts.over' : 'signingDrafts.tooFar'
  const until = minute(draft.validUntil, offset) ?? `${draft.validUntil}`
  throw new SigningRefusal(code, { draft: shortKey(draft), until })
}

/**
 * What an address signs a draft as; where it stands in two places, as what it has not signed yet.
 *
 * @throws SigningRefusal where it signs nothing of it.
 */
export function partOf(draft: Draft, address: Address): Part {
  const parts = seatsOf(draft).flatMap(([part, seat]) => (seat.address === getAddress(address) ? [part] : []))
  const open = parts.find((part) => part === 'sender' || !draft.consents[part])
  const found = open ?? parts.at(-1)
  if (found) return found
  const signers = seatsOf(draft)
    .map(([, seat]) => seat.address)
    .join(', ')
  throw new SigningRefusal('signingDrafts.notSigner', { draft: shortKey(draft), address, signers })
}

/**
 * Refuse a draft that changed since somebody read it, in anything but who has consented.
 *
 * @throws SigningRefusal that names the first difference.
 */
export function checkSame(draft: Draft, read: Draft): void {
  const [now, before] = [signedMembers(draft), signedMembers(read)]
  for (const [at, [field, came]] of now.entries()) {
    const asked = before[at]![1]
    if (came === asked) continue
    const values = { draft: shortKey(read), field: fieldKey(field), asked, came }
    throw new SigningRefusal('signingDrafts.changed', values)
  }
}

/** All that is signed or sent, as texts that are equal where the members are. */
function signedMembers(draft: Draft): [Field, string][] {
  const { document } = draft
  return [
    ['chain', `${draft.chainId}`],
    ['genesis', draft.genesis],
    ['ledger', draft.ledger],
    ['kind', kindText(draft.kind)],
    [fromField(draft), `${document.from}`],
    [toField(draft), `${document.to}`],
    ['time', `${timeWord(document)}`],
    ['reason', `${document.reason}`],
    ['reference', `${document.reference}`],
    ['qualification', `${document.qualification}`],
    ['deadline', `${document.deadline}`],
    ['line', keccak256(document.lines)],
    ['clientId', document.clientId],
    ['note', draft.body],
    ...PARTS.map((part): [Field, string] => [part, seatText(draft[part])]),
    ['validUntil', `${draft.validUntil}`],
    ['consignment', digestOf(draft.consignment)],
    ['original', digestOf(draft.original)],
  ]
}

function seatText(seat: Seat | null): string {
  return seat ? `${seat.address} (${seat.division})` : '–'
}

function digestOf(value: object | null): string {
  if (!value) return '–'
  const text = JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? `${each}` : each))
  return keccak256(stringToHex(text))
}
