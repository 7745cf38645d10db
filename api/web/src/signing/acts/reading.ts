/**
 * Strict reading of an act (`ActModel` of `/v1/acts`), as `ledger_client/acts/act_file.py` reads one: what
 * is written in another way, registers another digest, or cannot be said in sentences is no act.
 */
import type { Hex } from 'viem'

import { signedBy } from '../signatures'
import { checksummed, members, readArguments, text, whole } from './abi'
import { recordDigestOf, recordIdOf, requireRecord, shortOf, type Act, type ActJson } from './act'
import type { ActRecord } from './records'
import { malformed, refused } from './refusals'
import { say } from './sentences'
import { requirePlainName } from './texts'

const MEMBERS = [
  'form', 'chain_id', 'genesis', 'ledger', 'contract', 'address', 'function', 'arguments', 'sender', 'id',
  'gas', 'record',
] // prettier-ignore
const HEX_16 = /^0x[0-9a-f]{32}$/
const HEX_32 = /^0x[0-9a-f]{64}$/
const HEX_64 = /^0x[0-9a-f]{128}$/
const NAME = /^[A-Za-z]{1,40}$/
const LEAST_GAS = 21_000
const MOST_GAS = 30_000_000 // a block's

/**
 * The act that a JSON value is.
 *
 * @throws SigningRefusal where it is none; it says which member is wrong.
 */
export function readAct(json: unknown): Act {
  const found = members(json, MEMBERS, 'act')
  if (found.form !== 'shecang act 1') throw malformed('form')
  const contract = text(found.contract, NAME, 'contract')
  const name = text(found.function, NAME, 'function')
  const act: Act = {
    chainId: whole(found.chain_id, 1, Number.MAX_SAFE_INTEGER, 'chain_id'),
    genesis: text<Hex>(found.genesis, HEX_32, 'genesis'),
    ledger: checksummed(found.ledger, 'ledger'),
    contract,
    address: checksummed(found.address, 'address'),
    function: name,
    arguments: readArguments(contract, name, found.arguments),
    sender: checksummed(found.sender, 'sender'),
    id: text<Hex>(found.id, HEX_16, 'id'),
    gas: BigInt(whole(found.gas, LEAST_GAS, MOST_GAS, 'gas')),
    record: found.record === null ? null : readRecord(found.record),
    json: found as unknown as ActJson,
  }
  if (act.record && recordIdOf(act) === null) throw malformed('record')
  requireRecord(act)
  say(act, 'zh')
  return act
}

/**
 * The act with its approver's consent among the arguments: 64 bytes, r and vs of EIP-2098. Whether it is one,
 * `transactionOf` looks at.
 */
export function withConsent(act: Act, signature: Hex): Act {
  const half = 66
  const consent = { r: signature.slice(0, half), vs: `0x${signature.slice(half)}` }
  return readAct({ ...act.json, arguments: { ...act.json.arguments, consent } })
}

/**
 * The act with its sender's signature of the name or note, as it is handed in.
 *
 * @throws SigningRefusal where it is not the sender's, over this record.
 */
export async function withRecordSignature(act: Act, signature: Hex): Promise<Act> {
  const digest = recordDigestOf(act)
  if (!digest || (await signedBy(digest, signature)) !== act.sender) {
    throw refused('recordSignatureWrong', { act: shortOf(act), address: act.sender })
  }
  return readAct({ ...act.json, record: { ...act.json.record, signature } })
}

function readRecord(value: unknown): ActRecord {
  const found = members(value, ['zh', 'en', 'body', 'salt', 'signature'], 'record')
  const [zh, en] = [text(found.zh, /^/, 'record.zh'), text(found.en, /^/, 'record.en')]
  requirePlainName(zh, 'record.zh')
  requirePlainName(en, 'record.en')
  const { body } = found
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw malformed('record.body')
  return {
    zh,
    en,
    body: body as Record<string, unknown>,
    salt: text<Hex>(found.salt, HEX_16, 'record.salt'),
    signature: found.signature === null ? null : text<Hex>(found.signature, HEX_64, 'record.signature'),
  }
}
