/**
 * The steps of signing, without a page: a consent is handed in; a transaction gets its number, is signed, handed in
 * and followed. Every step may be asked again after a lost answer; nothing is ever sent twice.
 */
import type { Hex } from 'viem'
import { keccak256 } from 'viem'

import { get, OfflineError, ProblemError, send, type Schemas } from '@/api/client'

import * as acts from './acts'
import * as drafts from './drafts'
import type { Reading } from './prepared'
import { SigningRefusal } from './refusal'
import type { Signer } from './signer'

export type Step = 'number' | 'signing' | 'handing' | 'consenting' | 'following'

const HASH = /^0x[0-9a-f]{64}$/
const PAUSE = 400 // milliseconds between two looks
const LONG_PAUSE = 2_000
const QUICK_LOOKS = 25

/**
 * Sign a consent and hand it in; the draft's answer afterwards, whose draft is the one that was read.
 *
 * @throws SigningRefusal where the server answers with another draft.
 */
export async function consent(
  reading: Reading,
  signer: Signer,
  onStep: (step: Step) => void,
): Promise<{ answer: Schemas['DraftAnswer']; draft: drafts.Draft }> {
  const { subject, part } = reading
  if (subject.is !== 'draft' || part === 'sender') throw new TypeError('no consent is asked for')
  onStep('signing')
  const signature = await signer.consent(drafts.consentOf(subject.draft))
  await drafts.withConsent(subject.draft, part, signature) // refused here rather than there
  onStep('consenting')
  const body = { part, signature }
  const answer = await send<Schemas['DraftAnswer']>('POST', `/v1/drafts/${reading.key}/consents`, body)
  return { answer, draft: await sameDraft(answer, subject.draft) }
}

/** Look at a draft again: the one that was read, with the consents that it has by now. */
export async function lookAgain(reading: Reading): Promise<Schemas['DraftAnswer']> {
  if (reading.subject.is !== 'draft') throw new TypeError('an act is kept nowhere')
  const answer = await get<Schemas['DraftAnswer']>(`/v1/drafts/${reading.key}`)
  await sameDraft(answer, reading.subject.draft)
  return answer
}

/** One transaction on its way: however often it is tried, what was signed is handed in and nothing else. */
export class Sending {
  private signed: { readonly body: unknown; readonly hash: Hex } | null = null

  constructor(private readonly reading: Reading) {}

  /** Whether something is signed that may have reached the server. */
  get isSigned(): boolean {
    return this.signed !== null
  }

  /** Take a number, sign, and hand in; the hash by which it is followed. */
  async handIn(signer: Signer, onStep: (step: Step) => void): Promise<Hex> {
    this.signed ??= await this.sign(signer, onStep)
    onStep('handing')
    try {
      const told = await send<Schemas['Transaction']>('POST', '/v1/transactions', this.signed.body)
      // The same content may have been handed in before, under another number.
      return HASH.test(told.hash) ? (told.hash as Hex) : this.signed.hash
    } catch (error) {
      // Refused for good, as when its number is over: the next try signs anew. What was lost may have arrived.
      if (isFinal(error)) this.signed = null
      throw error
    }
  }

  private sign(signer: Signer, onStep: (step: Step) => void): Promise<{ body: unknown; hash: Hex }> {
    const { subject } = this.reading
    return subject.is === 'draft'
      ? this.signDraft(subject.draft, signer, onStep)
      : this.signAct(subject.act, signer, onStep)
  }

  private async signDraft(draft: drafts.Draft, signer: Signer, onStep: (step: Step) => void) {
    onStep('number')
    const number = numberOf(await send<Schemas['Number']>('POST', `/v1/drafts/${this.reading.key}/number`))
    onStep('signing')
    const raw = await signer.transaction(await drafts.transactionOf(draft, number))
    const { recordDigest } = this.reading
    const record_signature = recordDigest ? await signer.record(recordDigest) : null
    return { body: { draft: this.reading.key, raw, record_signature }, hash: keccak256(raw) }
  }

  private async signAct(act: acts.Act, signer: Signer, onStep: (step: Step) => void) {
    onStep('number')
    const number = numberOf(await send<Schemas['ActNumber']>('POST', '/v1/acts/number', { act: act.json }))
    onStep('signing')
    const consented = acts.consentOf(act)
    let signed = consented ? acts.withConsent(act, await signer.consent(consented)) : act
    const digest = acts.recordDigestOf(signed)
    if (digest) signed = await acts.withRecordSignature(signed, await signer.record(digest))
    const raw = await signer.transaction(await acts.transactionOf(signed, number))
    return { body: { act: signed.json, raw }, hash: keccak256(raw) }
  }
}

export interface Following {
  readonly signal: AbortSignal
  /** Called with each look; null where the server cannot be reached. */
  readonly onLook: (told: Schemas['Transaction'] | null) => void
}

/** Follow a transaction until it is recorded, and the server answers of that block, or refused. */
export async function follow(hash: Hex, { signal, onLook }: Following): Promise<Schemas['Transaction']> {
  for (let looks = 0; ; looks += 1) {
    const told = await look(hash, signal)
    onLook(told)
    if (told?.state === 'refused') return told
    const { recorded_in } = told ?? {}
    if (told?.state === 'recorded' && recorded_in != null && told.block.number >= recorded_in) return told
    await pause(told && looks < QUICK_LOOKS ? PAUSE : LONG_PAUSE, signal)
  }
}

async function look(hash: Hex, signal: AbortSignal): Promise<Schemas['Transaction'] | null> {
  try {
    return await get<Schemas['Transaction']>(`/v1/transactions/${hash}`, {}, signal)
  } catch (error) {
    if (error instanceof OfflineError || (error instanceof ProblemError && !isFinal(error))) return null
    throw error
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((done, fail) => {
    const stop = (): void => {
      clearTimeout(timer)
      fail(new DOMException('given up', 'AbortError'))
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      done()
    }, milliseconds)
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
  })
}

/** Whether asking the same again gets the same refusal. */
function isFinal(error: unknown): boolean {
  return error instanceof ProblemError && error.status < 500 && error.status !== 408 && error.status !== 429
}

function numberOf(reserved: { number: number }): number {
  const { number } = reserved
  if (!Number.isSafeInteger(number) || number < 0) throw new SigningRefusal('signing.numberWrong')
  return number
}

async function sameDraft(answer: Schemas['DraftAnswer'], read: drafts.Draft): Promise<drafts.Draft> {
  const draft = drafts.readDraft(answer.draft)
  drafts.checkSame(draft, read)
  await drafts.requireTrueConsents(draft)
  return draft
}
