/**
 * The trust file: all that the page believes of a ledger, as `ledger_client/trust/trust_file.py` writes it.
 *
 * It comes from the user, never from the server that serves this page. Its fingerprint is compared over another
 * channel (paper, telephone). Reading is as strict as the command's: a file that is not byte for byte what the
 * command would write is none.
 */
import { getAddress, keccak256, stringToBytes, type Address, type Hex } from 'viem'

import { canonical, type Json } from '../canonical'
import { SigningRefusal } from '../refusal'

/** Bytes of a trust file at most. */
export const TRUST_FILE_LIMIT = 262_144

export const CONTRACT_NAMES = [
  'Directory',
  'SupplierRegistry',
  'Catalogue',
  'LedgerSteps',
  'StockLedger',
  'Norms',
  'Reallocation',
] as const
export type ContractName = (typeof CONTRACT_NAMES)[number]

/** What is believed of one ledger. */
export interface Trust {
  readonly chainId: number
  /** Hash of block 0. */
  readonly genesis: Hex
  /** Address of the StockLedger, by which a ledger is known on its chain. */
  readonly ledger: Address
  readonly contracts: Readonly<Record<ContractName, Address>>
  /** Seconds by which the ledger's days are ahead of UTC. */
  readonly offset: number
  readonly witnesses: readonly Address[]
  /** How many of the witnesses must vouch for a block. */
  readonly threshold: number
  /** At multiples of which block number they do. */
  readonly spacing: number
  /** Keccak of the canonical text. */
  readonly fingerprint: Hex
}

/** A trust file that was read: an offer of the operator, or one that somebody has accepted by the command. */
export interface TrustFile {
  readonly trust: Trust
  readonly isOffer: boolean
  readonly text: string
}

const VERSION = 2
const WITNESS_LIMIT = 256
const SPACING_LIMIT = 10_000
const OFFSET_LIMIT = 24 * 3_600 // seconds; no clock on earth is further ahead
const BRACKETS = 2 * WITNESS_LIMIT
const OFFER = 'shecang-trust-offer'
const ACCEPTED = 'shecang-trust'

type Members = { [key: string]: Json }

/** Read a trust file; whatever is none is refused, with the reason. */
export function readTrustFile(bytes: Uint8Array): TrustFile {
  if (bytes.length > TRUST_FILE_LIMIT) throw refused('trustTooLarge')
  const text = decoded(bytes)
  const value = parsed(text)
  const isOffer = value.type === OFFER
  if (!isOffer && value.type !== ACCEPTED) throw refused('trustOther')
  // Also refuses fractions, numbers that lose digits, members written twice, and a missing end of line.
  if (`${canonical(value)}\n` !== text) throw refused('trustNotCanonical')
  only(value, ['type', 'trust', isOffer ? 'approvals' : 'head'])
  if (isOffer) requireApprovals(value.approvals)
  else requireHead(value.head)
  return { trust: trustOf(members(value.trust)), isOffer, text }
}

/** A fingerprint as it is read aloud: eight groups of eight digits. */
export function fingerprintGroups(fingerprint: Hex): string {
  return (fingerprint.slice(2).match(/.{8}/g) ?? []).join(' ')
}

/** The fingerprint in a typed text, whatever stands between its digits; null where it is none. */
export function parseFingerprint(text: string): Hex | null {
  const digits = text.replace(/[\s:,-]/g, '').toLowerCase()
  return /^[0-9a-f]{64}$/.test(digits) ? `0x${digits}` : null
}

function refused(code: string, values: Record<string, string> = {}): SigningRefusal {
  return new SigningRefusal(`keys.refusals.${code}`, values)
}

function malformed(member: string): SigningRefusal {
  return refused('trustMalformed', { member })
}

function decoded(bytes: Uint8Array): string {
  try {
    // A byte order mark is kept, and so refused.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw refused('trustOther')
  }
}

function parsed(text: string): Members {
  // Counted before it is parsed, as the command does.
  if ((text.match(/[[{]/g) ?? []).length > BRACKETS) throw refused('trustOther')
  try {
    const value = JSON.parse(text) as Json
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value
  } catch {
    // said below
  }
  throw refused('trustOther')
}

function trustOf(raw: Members): Trust {
  if (raw.version !== VERSION) throw refused('trustVersion', { version: String(raw.version).slice(0, 20) })
  only(raw, [
    ...['version', 'chain_id', 'genesis_hash', 'first_block', 'offset', 'contracts', 'witnesses'],
    ...['threshold', 'spacing', 'final_depth', 'predecessor'],
  ])
  number(raw, 'first_block')
  number(raw, 'final_depth')
  if (raw.predecessor !== null) hex(raw.predecessor, 32, 'predecessor')
  if (number(raw, 'offset') >= OFFSET_LIMIT) throw malformed('offset')
  const witnesses = witnessesOf(raw)
  const contracts = contractsOf(members(raw.contracts, 'contracts'))
  return {
    chainId: number(raw, 'chain_id'),
    genesis: hex(raw.genesis_hash, 32, 'genesis_hash'),
    ledger: contracts.StockLedger,
    contracts,
    offset: number(raw, 'offset'),
    witnesses,
    threshold: number(raw, 'threshold'),
    spacing: number(raw, 'spacing'),
    fingerprint: keccak256(stringToBytes(canonical(raw))),
  }
}

function witnessesOf(raw: Members): Address[] {
  if (!Array.isArray(raw.witnesses)) throw malformed('witnesses')
  const addresses = raw.witnesses.map((each) => hex(each, 20, 'witnesses'))
  const count = addresses.length
  const isSorted = addresses.every((each, at) => at === 0 || (addresses[at - 1] as Hex) < each)
  const threshold = number(raw, 'threshold')
  const isPossible = 1 <= count && count <= WITNESS_LIMIT && count < 2 * threshold && threshold <= count
  if (!isSorted || !isPossible) throw malformed('witnesses')
  const spacing = number(raw, 'spacing')
  if (spacing < 1 || spacing > SPACING_LIMIT) throw malformed('spacing')
  return addresses.map((each) => getAddress(each))
}

function contractsOf(raw: Members): Record<ContractName, Address> {
  only(raw, [...CONTRACT_NAMES], 'contracts')
  const found = {} as Record<ContractName, Address>
  for (const name of CONTRACT_NAMES) {
    const contract = members(raw[name], name)
    only(contract, ['address', 'code_hash', 'slots'], name)
    hex(contract.code_hash, 32, `${name}.code_hash`)
    for (const slot of Object.values(members(contract.slots, `${name}.slots`))) {
      hex(slot, 32, `${name}.slots`)
    }
    found[name] = getAddress(hex(contract.address, 20, `${name}.address`))
  }
  return found
}

function requireApprovals(approvals: Json | undefined): void {
  if (!Array.isArray(approvals)) throw malformed('approvals')
  let before = ''
  for (const each of approvals) {
    const approval = members(each, 'approvals')
    only(approval, ['witness', 'signature'], 'approvals')
    hex(approval.signature, 64, 'approvals')
    const witness = hex(approval.witness, 20, 'approvals')
    if (witness <= before) throw malformed('approvals')
    before = witness
  }
}

function requireHead(head: Json | undefined): void {
  if (head === null) return
  const raw = members(head, 'head')
  only(raw, ['number', 'hash'], 'head')
  number(raw, 'number')
  hex(raw.hash, 32, 'head')
}

function members(value: Json | undefined, name = 'trust'): Members {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw malformed(name)
  return value
}

/** Refuse an object that lacks a member or has another one. */
function only(raw: Members, names: string[], where = 'trust'): void {
  const found = Object.keys(raw)
  const missing = names.find((name) => !Object.hasOwn(raw, name))
  if (missing !== undefined) throw malformed(missing)
  if (found.length !== names.length) throw malformed(where)
}

function number(raw: Members, name: string): number {
  const value = raw[name]
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw malformed(name)
  return value
}

function hex(value: Json | undefined, bytes: number, name: string): Hex {
  const isHex = typeof value === 'string' && value.length === 2 * bytes && /^[0-9a-f]*$/.test(value)
  if (!isHex) throw malformed(name)
  return `0x${value}`
}
