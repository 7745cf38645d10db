/**
 * Strict reading of a draft (`DraftModel` of `/v1/drafts`, or a draft file) into typed values.
 *
 * A member that is left out, added or written in another way is refused, and so are lines that no contract
 * accepts: nobody signs what cannot be shown. Consents are taken as they are, see `requireTrueConsents`.
 */
import { getAddress, type Address, type Hex } from 'viem'

import { SigningRefusal } from '../refusal'
import { carriedBy, linesOf, undoneBy } from './draft'
import type { Consignment, Content, Draft, Original, Seat } from './draft'
import { KINDS, STEPS, type Kind } from './kinds'
import { requirePacked } from './lines'
import type { LotAttributes } from './lots'
import { MalformedError } from './words'

const HEX_32 = /^0x[0-9a-f]{64}$/
const HEX_64 = /^0x[0-9a-f]{128}$/
const WORD = /^0x(0|[1-9a-f][0-9a-f]{0,63})$/
const LINES = /^0x([0-9a-f]{64})*$/
const ADDRESS = /^0x[0-9a-fA-F]{40}$/
const LONGEST_LINES = 1 << 16
const MOST_SIGNERS = 64
const MOST_LOTS = 256
const DIVISIONS = 10 ** 12

/**
 * The draft that a JSON value is.
 *
 * @throws SigningRefusal where it is none; it says which member is wrong.
 */
export function readDraft(json: unknown): Draft {
  const draft = draftOf(json)
  if (!draft.consignment === STEPS.has(draft.kind)) unread('consignment')
  if (!draft.original === (draft.kind === 'reversal')) unread('original')
  for (const part of ['other', 'approver'] as const) {
    if (draft.consents[part] && !draft[part]) unread(`consents.${part}`)
  }
  const { original, document } = draft
  if (original?.kind === 'reversal') unread('original.kind')
  // What a consent covers of the original; the ledger refuses it too.
  if (original && (original.document.from !== document.from || original.document.to !== document.to)) {
    unread('original.document')
  }
  shown('document.lines', () => requirePacked(draft.kind, document.lines, linesOf(draft)))
  shown('consignment.lines', () => carriedBy(draft))
  shown('original.document.lines', () => undoneBy(draft))
  return draft
}

type Members = Record<string, unknown>

function draftOf(json: unknown): Draft {
  const members = object(json, 'object', [
    'form', 'chain_id', 'genesis', 'ledger', 'kind', 'document', 'sender', 'other', 'approver', 'body',
    'valid_until', 'consignment', 'original', 'consents', 'lots',
  ])
  if (members.form !== 'shecang draft 1') unread('form')
  const consents = object(members.consents, 'consents', ['other', 'approver'])
  return {
    chainId: number(members.chain_id, 'chain_id', 1),
    genesis: hex(members.genesis, 'genesis', HEX_32),
    ledger: address(members.ledger, 'ledger'),
    kind: kind(members.kind, 'kind'),
    document: content(members.document, 'document'),
    sender: seat(members.sender, 'sender'),
    other: orNull(members.other, 'other', seat),
    approver: orNull(members.approver, 'approver', seat),
    body: hex(members.body, 'body', HEX_32),
    validUntil: number(members.valid_until, 'valid_until'),
    consignment: orNull(members.consignment, 'consignment', consignment),
    original: orNull(members.original, 'original', original),
    consents: {
      other: orNull(consents.other, 'consents.other', consent),
      approver: orNull(consents.approver, 'consents.approver', consent),
    },
    lots: list(members.lots, 'lots', MOST_LOTS).map((each, at) => lot(each, `lots.${at}`)),
  }
}

function content(value: unknown, where: string): Content {
  const members = object(value, where, [
    'client_id', 'occurred_at', 'day_only', 'from', 'to', 'reference', 'reason', 'qualification', 'deadline',
    'lines',
  ])
  if (typeof members.day_only !== 'boolean') unread(`${where}.day_only`)
  const lines = hex(members.lines, `${where}.lines`, LINES)
  if (lines.length > LONGEST_LINES) unread(`${where}.lines`)
  return {
    clientId: hex(members.client_id, `${where}.client_id`, HEX_32),
    occurredAt: number(members.occurred_at, `${where}.occurred_at`),
    dayOnly: members.day_only,
    from: bigint(members.from, `${where}.from`),
    to: bigint(members.to, `${where}.to`),
    reference: bigint(members.reference, `${where}.reference`),
    reason: number(members.reason, `${where}.reason`, 0, 1 << 16),
    qualification: bigint(members.qualification, `${where}.qualification`),
    deadline: number(members.deadline, `${where}.deadline`),
    lines,
  }
}

function seat(value: unknown, where: string): Seat {
  const members = object(value, where, ['address', 'division'])
  return {
    address: address(members.address, `${where}.address`),
    division: number(members.division, `${where}.division`, 0, DIVISIONS),
  }
}

function consignment(value: unknown, where: string): Consignment {
  const members = object(value, where, ['state', 'signers', 'lines'])
  const { state } = members
  if (state !== 1 && state !== 2) unread(`${where}.state`)
  const lines = hex(members.lines, `${where}.lines`, LINES)
  if (lines.length > LONGEST_LINES) unread(`${where}.lines`)
  return { state, signers: signers(members.signers, `${where}.signers`), lines }
}

function original(value: unknown, where: string): Original {
  const members = object(value, where, ['kind', 'document', 'signers'])
  return {
    kind: kind(members.kind, `${where}.kind`),
    document: content(members.document, `${where}.document`),
    signers: signers(members.signers, `${where}.signers`),
  }
}

function lot(value: unknown, where: string): LotAttributes {
  const members = object(value, where, ['item', 'source', 'batch', 'made', 'expires', 'own'])
  return {
    item: BigInt(number(members.item, `${where}.item`)),
    source: bigint(members.source, `${where}.source`),
    batch: hex(members.batch, `${where}.batch`, HEX_32),
    made: number(members.made, `${where}.made`, 0, 2 ** 32),
    expires: number(members.expires, `${where}.expires`, 0, 2 ** 32),
    own: BigInt(hex(members.own, `${where}.own`, HEX_32)),
  }
}

function object(value: unknown, where: string, names: readonly string[]): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) unread(where)
  const missing = names.find((name) => !Object.hasOwn(value, name))
  if (missing) unread(where === 'object' ? missing : `${where}.${missing}`)
  if (Object.keys(value).length !== names.length) unread(where)
  return value as Members
}

function list(value: unknown, where: string, most: number): unknown[] {
  if (!Array.isArray(value) || value.length > most) unread(where)
  return value
}

function signers(value: unknown, where: string): Address[] {
  return list(value, where, MOST_SIGNERS).map((each, at) => address(each, `${where}.${at}`))
}

function number(value: unknown, where: string, least = 0, limit = Number.MAX_SAFE_INTEGER + 1): number {
  const isWhole = typeof value === 'number' && Number.isSafeInteger(value)
  if (!isWhole || value < least || value >= limit) unread(where)
  return value
}

function bigint(value: unknown, where: string): bigint {
  return BigInt(hex(value, where, WORD))
}

function hex(value: unknown, where: string, form: RegExp): Hex {
  if (typeof value !== 'string' || !form.test(value)) unread(where)
  return value as Hex
}

function consent(value: unknown, where: string): Hex {
  return hex(value, where, HEX_64)
}

function kind(value: unknown, where: string): Kind {
  const found = KINDS.find((each) => each === value)
  if (!found) unread(where)
  return found
}

/** An address with its checksum; one of a single case has none, and is taken as it is. */
function address(value: unknown, where: string): Address {
  const text = hex(value, where, ADDRESS)
  const plain = getAddress(text.toLowerCase() as Address)
  const digits = text.slice(2)
  const isOfOneCase = digits === digits.toLowerCase() || digits === digits.toUpperCase()
  if (text !== plain && !isOfOneCase) unread(where)
  return plain
}

type Reader<Read> = (value: unknown, where: string) => Read

function orNull<Read>(value: unknown, where: string, read: Reader<Read>): Read | null {
  return value === null ? null : read(value, where)
}

function shown(where: string, unpack: () => unknown): void {
  try {
    unpack()
  } catch (error) {
    if (error instanceof MalformedError) unread(where)
    throw error
  }
}

function unread(where: string): never {
  throw new SigningRefusal('signingDrafts.unread', { where })
}
