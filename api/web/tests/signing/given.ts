/**
 * What a server would have prepared, for tests of signing: drafts as it makes them of forms, whose signers' keys are
 * here, and an act of the vectors.
 */
import { hexToBytes, keccak256, stringToHex, type Hex } from 'viem'

import type { Schemas } from '@/api/client'
import { keyOf, keyText, readDraft, reasonName, waitingFor, type DocumentForm } from '@/signing/drafts'
import { holdWallet } from '@/signing/keys/held'
import { fileSigner } from '@/signing/keys/file-signer'
import type { ActForm } from '@/signing/acts'
import type { Prepared } from '@/signing/prepared'
import type { Signer } from '@/signing/signer'
import type { Trust } from '@/signing/trust/trust'

import actVectors from '../vectors/acts.json'

export const signerOf = (name: string): Signer => {
  const key = hexToBytes(keccak256(stringToHex(name)))
  return fileSigner((work) => work(key))
}
export const KEEPER = signerOf('keeper')
export const RECEIVER = signerOf('receiver')
export const STRANGER = signerOf('stranger')

export const BLOCK = { number: 24, hash: `0x${'24'.repeat(32)}`, time: '2026-11-29T07:00:00Z' }
/** When the drafts were made, milliseconds since 1970. */
export const NOW = 1_795_935_600_000

const ZERO = `0x${'00'.repeat(32)}`
const PLACE = {
  form: 'shecang draft 1',
  chain_id: 31,
  genesis: '0x84e0fa349094f7930c8eb2ba13fd5dfc69d45a95126899e8aeec17221b9de269',
  ledger: '0x159cBa127f087987fAAaD79d07EAf27AdcAc295B',
} as const
const COMMON = {
  ...PLACE,
  approver: null,
  valid_until: 1_796_540_375,
  consignment: null,
  original: null,
  consents: { other: null, approver: null },
  lots: [
    {
      item: 299010110001,
      source: '0xde6f2ecb27d224db5b62cf5da996a1979c258fec',
      batch: '0xd7378387618d2c923122f277c8ef015801e07233c446bbd784c60c489fe78592',
      made: 0,
      expires: 0,
      own: ZERO,
    },
  ],
}
const NOTHING = { reference: '0x0', reason: 0, qualification: '0x0', deadline: 0, day_only: false }

/** A hand-over, which its receiver consents to and its keeper sends. */
export const HAND_OVER = {
  ...COMMON,
  kind: 'hand-over',
  document: {
    ...NOTHING,
    client_id: '0xea32034bc2f0278613d83003347d2f1d3a49b7d64d9948f0d3aeff2f93a62cc4',
    occurred_at: 1_795_935_575,
    from: '0x17e149e8a028d',
    to: '0x17e149e8a073d',
    lines: '0xe8ce8c97991af1cbdac0552db80031b7f08befdf000000000000000000000003',
  },
  sender: { address: KEEPER.address, division: 420102001001 },
  other: { address: RECEIVER.address, division: 420102001002 },
  body: ZERO,
}
export const HAND_OVER_FORM: DocumentForm = {
  kind: 'hand-over',
  client_id: HAND_OVER.document.client_id,
  site: '420102001001101',
  to: '420102001002301',
  lines: [{ lot: 'e8ce8c97991af1cbdac0552db80031b7f08befdf', quantity: '3' }],
  receiver: { address: RECEIVER.address },
  keeper: { address: KEEPER.address },
}

/** An issue with a note, which its keeper alone signs. */
const ISSUE = {
  ...COMMON,
  kind: 'issue',
  document: {
    ...NOTHING,
    client_id: '0x0eebc2380cfa06772d81d05b3b16fc23ccc1c704893a03e62ca32fc2000a2e42',
    occurred_at: 1_795_935_576,
    from: '0x17e149e8a028d',
    to: '0xdd3ba8d6fca4a0105b96b2ab1c6b9624fbcbbc1a',
    reason: 40,
    lines: '0xe8ce8c97991af1cbdac0552db80031b7f08befdf002800000000000000000004',
  },
  sender: { address: KEEPER.address, division: 420102001001 },
  other: null,
  body: '0x13872f6e15f9a4d81e2e4c8d2ba3cb567608bb487615d74896d0999258ed5626',
}
const ISSUE_NOTE = { content: { note: '给东门诊' }, salt: '8ec4e28fd4a230ab8d85b6141fdb6920', record_digest: ZERO }

/** The answer that a server gives with a draft. */
export function answerOf(draft: object, more: Partial<Schemas['DraftAnswer']> = {}): Schemas['DraftAnswer'] {
  const read = readDraft(draft)
  return {
    key: keyText(keyOf(read)),
    state: 'open',
    waiting_for: waitingFor(read).map((part) => ({ part, address: read[part]!.address })),
    made_at: '2026-11-29T06:59:36Z',
    valid_until: '2026-12-06T06:59:35Z',
    withdrawn_by: null,
    transaction: null,
    consent_digest: ZERO,
    draft: draft as Schemas['DraftModel'],
    body: null,
    sentences: { en: ['what the server says is not shown'], zh: ['服务器所述不予显示'] },
    block: BLOCK,
    ...more,
  }
}

export const ISSUE_FORM: DocumentForm = {
  kind: 'issue',
  client_id: ISSUE.document.client_id,
  site: '420102001001101',
  consignee: ISSUE.document.to.slice(2),
  lines: [{ lot: 'e8ce8c97991af1cbdac0552db80031b7f08befdf', quantity: '4', reason: reasonName(40) }],
  reason: reasonName(40),
  keeper: { address: KEEPER.address },
  note: ISSUE_NOTE.content.note,
}

type PreparedDraft = Extract<Prepared, { is: 'draft' }>

export const issue = (): PreparedDraft => ({ is: 'draft', answer: answerOf(ISSUE, { body: ISSUE_NOTE }) })
export const handOver = (): PreparedDraft => ({ is: 'draft', answer: answerOf(HAND_OVER), form: HAND_OVER_FORM })

const { request } = actVectors.vectors
export const ACT_SIGNER = fileSigner((work) => work(hexToBytes(actVectors.key as Hex)))
export const ACT = request
export const act = (vector: { form: object; act: object } = request): Prepared => ({
  is: 'act',
  form: vector.form as ActForm,
  answer: {
    act: vector.act as Schemas['ActModel'],
    key: null,
    consent_digest: null,
    record_digest: null,
    sentences: { en: [], zh: [] },
    block: BLOCK,
  },
})
/** An act whose form leaves a grant to the server. */
export const openAct = (): Prepared => act(actVectors.vectors['grant, nearest grant'])

const CONTRACTS = actVectors.trust.contracts as Trust['contracts']
const WITNESSED = { offset: 28_800, witnesses: [], threshold: 1, spacing: 16, fingerprint: ZERO as Hex }
export const TRUST: Trust = {
  ...WITNESSED,
  chainId: PLACE.chain_id,
  genesis: PLACE.genesis,
  ledger: PLACE.ledger,
  contracts: { ...CONTRACTS, StockLedger: PLACE.ledger },
}
export const ACT_TRUST: Trust = {
  ...WITNESSED,
  chainId: actVectors.trust.chainId,
  genesis: actVectors.trust.genesis as Hex,
  ledger: actVectors.trust.ledger as Trust['ledger'],
  contracts: CONTRACTS,
}

/** Open a signer, as if its file had just been opened. */
export function open(signer: Signer): void {
  holdWallet(signer, () => undefined)
}

/** What became of a transaction. */
export function transaction(hash: string, more: Partial<Schemas['Transaction']> = {}): Schemas['Transaction'] {
  return {
    hash,
    state: 'stored',
    document: null,
    sender: KEEPER.address,
    number: 7,
    missing_numbers: [],
    recorded_in: null,
    is_final: false,
    refusal: null,
    block: BLOCK,
    ...more,
  }
}
