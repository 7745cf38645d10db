/**
 * What a server prepared, decoded and compared before anybody reads it.
 *
 * Of an answer only the draft or act itself is used, and the note whose digest it has; keys, digests and sentences are
 * computed here. Whatever differs from the trust file or the form is refused, and nothing of it can be signed.
 */
import type { Address, Hex } from 'viem'

import type { Schemas } from '@/api/client'
import { moment } from '@/format'
import type { Language } from '@/i18n'

import * as acts from './acts'
import { madeVisible } from './characters'
import * as drafts from './drafts'
import { SigningRefusal } from './refusal'
import type { Ability, Signer } from './signer'
import type { Trust } from './trust/trust'

const HASH = /^0x[0-9a-f]{64}$/

/** What was prepared, with the form that the user filled in; a draft from the inbox has none. */
export type Prepared =
  | { readonly is: 'draft'; readonly answer: Schemas['DraftAnswer']; readonly form?: drafts.DocumentForm | null }
  | { readonly is: 'act'; readonly answer: Schemas['ActAnswer']; readonly form: acts.ActForm }

/** Something that the form left open. */
export interface FilledIn {
  /** Key of the field's name in the words. */
  readonly field: string
  /** What stands there; null where the name or a sentence says it all. */
  readonly value: string | null
  /** Number of the form's line, from 1; null where it is of the whole. */
  readonly line: number | null
}

/** A text that stays in the office. */
export interface NoteText {
  /** Key of what it is called in the words. */
  readonly label: string
  readonly text: string
}

export interface Waiting {
  readonly part: drafts.Part
  readonly address: Address
}

/** What somebody reads before signing, and what comes next. */
export interface Reading {
  readonly subject:
    | { readonly is: 'draft'; readonly draft: drafts.Draft }
    | { readonly is: 'act'; readonly act: acts.Act }
  /** What it becomes: the key of a document, request or proposal. */
  readonly key: string | null
  /** Whose signature it is, as what. */
  readonly address: Address
  readonly part: drafts.Part
  readonly say: (language: Language, names?: acts.ActNames) => string[]
  readonly notes: readonly NoteText[]
  readonly filled: readonly FilledIn[]
  /** Who signs before this one can send. */
  readonly waiting: readonly Waiting[]
  readonly next: 'consent' | 'send' | 'wait' | 'signed'
  /** What was handed in for it already; null where nothing was. */
  readonly sent: Hex | null
  /** What the sender signs of a note or name. */
  readonly recordDigest: Hex | null
}

/**
 * Decode what was prepared, and compare it.
 *
 * @param address Who would sign.
 * @throws SigningRefusal where it is nothing that this key should sign.
 */
export async function readPrepared(prepared: Prepared, trust: Trust, address: Address): Promise<Reading> {
  return prepared.is === 'draft'
    ? await readDraftAnswer(prepared.answer, prepared.form ?? null, trust, address)
    : readActAnswer(prepared.answer, prepared.form, trust, address)
}

/** The code of why a signer cannot do what comes next; null where it can. */
export function unableTo(reading: Reading, signer: Signer): string | null {
  const needed: Ability[] = reading.next === 'consent' ? ['consent'] : reading.next === 'send' ? ['transaction'] : []
  if (reading.next === 'send' && reading.recordDigest) needed.push('record')
  const lacking = needed.find((ability) => !signer.can(ability))
  if (lacking === undefined) return null
  return lacking === 'record' ? 'keys.refusals.walletNoRecord' : 'keys.refusals.walletNoTransaction'
}

/** Whether a refusal is only that another key is open. */
export function isOtherKey(error: unknown): boolean {
  return error instanceof SigningRefusal && ['signing.notYours', 'signingDrafts.notSigner'].includes(error.code)
}

/** Who signs a draft before its sender. */
export function waitingIn(draft: drafts.Draft): Waiting[] {
  return drafts.waitingFor(draft).map((part) => ({ part, address: draft[part]!.address })) // each has a seat
}

async function readDraftAnswer(
  answer: Schemas['DraftAnswer'],
  form: drafts.DocumentForm | null,
  trust: Trust,
  address: Address,
): Promise<Reading> {
  const draft = drafts.readDraft(answer.draft)
  drafts.checkTrust(draft, trust)
  await drafts.requireTrueConsents(draft)
  const sent = answer.state === 'sent' && HASH.test(answer.transaction ?? '') ? (answer.transaction as Hex) : null
  const context = { salt: answer.body?.salt, offset: trust.offset, isSent: sent !== null }
  const filled = form ? drafts.checkForm(draft, form, context) : []
  const recordDigest = answer.body ? drafts.noteToSign(draft, answer.body) : null
  requireSignable(answer)
  const part = drafts.partOf(draft, address)
  if (!sent) drafts.checkTime(draft, Math.floor(Date.now() / 1_000), trust.offset)
  const waiting = waitingIn(draft).filter((each) => each.part !== 'sender')
  return {
    subject: { is: 'draft', draft },
    key: drafts.keyText(drafts.keyOf(draft)),
    address,
    part,
    say: (language, names) => drafts.say(draft, language, names, trust.offset),
    notes: answer.body ? textsOf(answer.body.content) : [],
    filled,
    waiting,
    next: nextOf(draft, part, waiting),
    sent,
    recordDigest,
  }
}

function readActAnswer(
  answer: Schemas['ActAnswer'],
  form: acts.ActForm,
  trust: Trust,
  address: Address,
): Reading {
  const act = acts.readAct(answer.act)
  acts.checkTrust(act, trust)
  const filled = acts.checkForm(act, form, { offset: trust.offset })
  if (act.sender !== address) throw new SigningRefusal('signing.notYours', { address: act.sender, open: address })
  const key = acts.keyOf(act)
  return {
    subject: { is: 'act', act },
    key: key === null ? null : drafts.keyText(key),
    address,
    part: 'sender',
    say: (language, names) => acts.say(act, language, names, trust.offset),
    notes: [], // it is among the sentences
    filled: filled.map(({ field, value }) => ({ field, value: value || null, line: null })),
    waiting: [],
    next: 'send',
    sent: null,
    recordDigest: acts.recordDigestOf(act),
  }
}

function nextOf(draft: drafts.Draft, part: drafts.Part, waiting: readonly Waiting[]): Reading['next'] {
  if (part === 'sender') return waiting.length > 0 ? 'wait' : 'send'
  return draft.consents[part] ? 'signed' : 'consent'
}

function requireSignable(answer: Schemas['DraftAnswer']): void {
  if (answer.state === 'withdrawn') {
    throw new SigningRefusal('signing.wasWithdrawn', { address: answer.withdrawn_by ?? '–' })
  }
  if (answer.state === 'expired') {
    throw new SigningRefusal('signing.wasExpired', { time: moment(answer.valid_until) })
  }
}

/** The texts of a note, each with its label; whatever else stands in it is shown as it is written. */
function textsOf(content: Record<string, unknown>): NoteText[] {
  const { note, order, ...rest } = content
  const texts = Object.entries({ note, order }).filter(([, text]) => text !== undefined)
  const isPlain = texts.every(([, text]) => typeof text === 'string') && Object.keys(rest).length === 0
  if (!isPlain) return [{ label: 'signing.note', text: madeVisible(JSON.stringify(content)) }]
  return texts.map(([name, text]) => ({ label: `signing.${name}`, text: madeVisible(text as string) }))
}
