import { keccak256, parseTransaction, recoverTransactionAddress, type Hex } from 'viem'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { consentOf, readDraft } from '@/signing/drafts'
import { readPrepared, unableTo, type Prepared } from '@/signing/prepared'
import { consentDigest, signedBy } from '@/signing/signatures'
import { consent, follow, lookAgain, Sending } from '@/signing/signing'
import type { Signer } from '@/signing/signer'

import { problem, serverAnswers } from '../answers'
import {
  act,
  ACT,
  ACT_SIGNER,
  ACT_TRUST,
  answerOf,
  HAND_OVER,
  HAND_OVER_FORM,
  handOver,
  issue,
  KEEPER,
  NOW,
  RECEIVER,
  STRANGER,
  transaction,
  TRUST,
} from './given'

const nothing = (): void => undefined
const key = answerOf(HAND_OVER).key
const signature = () => RECEIVER.consent(consentOf(readDraft(HAND_OVER)))
const consentedDraft = async () => ({ ...HAND_OVER, consents: { other: await signature(), approver: null } })
const consented = async (): Promise<Prepared> => ({ is: 'draft', answer: answerOf(await consentedDraft()) })
const read = (prepared: Prepared, signer: Signer = KEEPER) => readPrepared(prepared, TRUST, signer.address)

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: NOW }))
afterEach(() => void vi.useRealTimers())

describe('what was prepared is decoded and compared', () => {
  it('the sentences are made of the bytes, never taken from the server', async () => {
    const reading = await read(handOver())
    expect(reading.say('zh')[0]).toBe('交接：储备点 420102001001101当面交接给储备点 420102001002301。')
    expect([...reading.say('zh'), ...reading.say('en')].join()).not.toContain('不予显示')
    expect(reading).toMatchObject({ part: 'sender', next: 'wait', key })
    expect(reading.waiting).toEqual([{ part: 'other', address: RECEIVER.address }])
  })

  it('says what the form left to the server', async () => {
    const { filled } = await read(handOver())
    expect(filled.map((each) => each.field)).toContain('signingDrafts.fields.time')
    expect((await read({ ...handOver(), form: null } as Prepared)).filled).toEqual([])
  })

  it.each([
    ['quantity', { document: { ...HAND_OVER.document, lines: HAND_OVER.document.lines.replace(/3$/, '4') } }],
    ['receiver', { other: { ...HAND_OVER.other, address: STRANGER.address } }],
    ['site', { document: { ...HAND_OVER.document, to: '0x17e149e8a073e' } }],
  ])('is refused where its %s is not the one in the form', async (_, changed) => {
    const answer = answerOf({ ...HAND_OVER, ...changed })
    await expect(read({ is: 'draft', answer, form: HAND_OVER_FORM })).rejects.toMatchObject({
      code: expect.stringMatching(/^signingDrafts\..*[dD]iffers$/),
    })
  })

  it('is refused for another chain, genesis or ledger than the trusted', async () => {
    for (const other of [{ chainId: 32 }, { genesis: keccak256('0x00') }, { ledger: STRANGER.address }]) {
      await expect(readPrepared(handOver(), { ...TRUST, ...other }, KEEPER.address)).rejects.toMatchObject({
        code: 'signingDrafts.ledgerDiffers',
      })
    }
  })

  it('is refused with a consent that nobody gave, or a note that is another one', async () => {
    const forged = { ...HAND_OVER, consents: { other: `0x${'11'.repeat(64)}`, approver: null } }
    await expect(read({ is: 'draft', answer: answerOf(forged) })).rejects.toMatchObject({
      code: 'signingDrafts.consentWrong',
    })
    const { answer } = issue()
    const body = { ...answer.body, content: { note: 'another' } }
    const noted = { ...answer, body } as typeof answer
    await expect(read({ is: 'draft', answer: noted })).rejects.toMatchObject({ code: 'signingDrafts.noteDiffers' })
  })

  it('is refused once it was withdrawn, or is over by the server’s word or this clock', async () => {
    const state = (more: object) => read({ is: 'draft', answer: answerOf(HAND_OVER, more) })
    await expect(state({ state: 'withdrawn', withdrawn_by: RECEIVER.address })).rejects.toMatchObject({
      code: 'signing.wasWithdrawn',
      values: { address: RECEIVER.address },
    })
    await expect(state({ state: 'expired' })).rejects.toMatchObject({ code: 'signing.wasExpired' })
    vi.setSystemTime(HAND_OVER.valid_until * 1_000 + 1_000)
    await expect(state({})).rejects.toMatchObject({ code: 'signingDrafts.over' })
  })

  it('says who signs where another key is open', async () => {
    await expect(read(handOver(), STRANGER)).rejects.toMatchObject({ code: 'signingDrafts.notSigner' })
    await expect(readPrepared(act(), ACT_TRUST, STRANGER.address)).rejects.toMatchObject({
      code: 'signing.notYours',
      values: { address: ACT_SIGNER.address, open: STRANGER.address },
    })
  })

  it('an act is compared with its form, too', async () => {
    const prepared = act()
    expect((await readPrepared(prepared, ACT_TRUST, ACT_SIGNER.address)).next).toBe('send')
    const other = { ...prepared, form: { ...prepared.form, quantity: '1' } } as Prepared
    await expect(readPrepared(other, ACT_TRUST, ACT_SIGNER.address)).rejects.toThrowError(/^signingActs\./)
  })
})

describe('what a wallet cannot do is said before anything is signed', () => {
  const wallet = (signer: Signer, ...abilities: string[]): Signer => ({
    ...signer,
    kind: 'wallet',
    can: (ability) => abilities.includes(ability),
  })

  it('a consent it can; a transaction and a note only with the methods for them', async () => {
    expect(unableTo(await read(handOver(), RECEIVER), wallet(RECEIVER, 'consent'))).toBeNull()
    const sending = await read(await consented())
    expect(unableTo(sending, wallet(KEEPER, 'consent'))).toBe('keys.refusals.walletNoTransaction')
    expect(unableTo(sending, wallet(KEEPER, 'transaction'))).toBeNull()
    expect(unableTo(await read(issue()), wallet(KEEPER, 'transaction'))).toBe('keys.refusals.walletNoRecord')
    expect(unableTo(await read(issue()), KEEPER)).toBeNull()
  })
})

describe('consenting', () => {
  it('hands in a signature over what was read', async () => {
    const asked = serverAnswers({ [`POST /v1/drafts/${key}/consents`]: answerOf(await consentedDraft()) })
    const { draft } = await consent(await read(handOver(), RECEIVER), RECEIVER, nothing)
    expect(asked[0]?.body).toEqual({ part: 'other', signature: await signature() })
    const digest = consentDigest(consentOf(readDraft(HAND_OVER)))
    expect(await signedBy(digest, asked[0]?.body.signature)).toBe(RECEIVER.address)
    expect(draft.consents.other).toBe(await signature())
  })

  it('is refused where the server answers with another draft', async () => {
    const other = { ...HAND_OVER, document: { ...HAND_OVER.document, reason: 1 } }
    serverAnswers({ [`POST /v1/drafts/${key}/consents`]: answerOf(other) })
    await expect(consent(await read(handOver(), RECEIVER), RECEIVER, nothing)).rejects.toMatchObject({
      code: 'signingDrafts.changed',
    })
  })

  it('a look finds the consents that came meanwhile, and no other draft', async () => {
    const reading = await read(handOver())
    serverAnswers({ [`GET /v1/drafts/${key}`]: answerOf(await consentedDraft()) })
    const answer = await lookAgain(reading)
    expect((await read({ is: 'draft', answer })).next).toBe('send')
    serverAnswers({ [`GET /v1/drafts/${key}`]: answerOf({ ...HAND_OVER, valid_until: HAND_OVER.valid_until + 1 }) })
    await expect(lookAgain(reading)).rejects.toMatchObject({ code: 'signingDrafts.changed' })
  })
})

describe('sending', () => {
  const numbered = (number: unknown) => ({ [`POST /v1/drafts/${key}/number`]: { key, number, gas: 1 } })

  it('a document: number, signature, and the very transaction that was read', async () => {
    const asked = serverAnswers({
      ...numbered(7),
      'POST /v1/transactions': ({ body }: any) => ({ status: 202, body: transaction(keccak256(body.raw)) }),
    })
    const steps: string[] = []
    const hash = await new Sending(await read(await consented())).handIn(KEEPER, (step) => steps.push(step))
    expect(steps).toEqual(['number', 'signing', 'handing'])
    const { draft, raw, record_signature } = asked[1]?.body
    expect({ draft, record_signature }).toEqual({ draft: key, record_signature: null })
    expect(hash).toBe(keccak256(raw))
    expect(await recoverTransactionAddress({ serializedTransaction: raw })).toBe(KEEPER.address)
    expect(parseTransaction(raw)).toMatchObject({ nonce: 7, chainId: 31, to: HAND_OVER.ledger.toLowerCase() })
  })

  it('a note is signed beside it', async () => {
    const reading = await read(issue())
    const asked = serverAnswers({
      [`POST /v1/drafts/${reading.key}/number`]: { number: 0 },
      'POST /v1/transactions': ({ body }: any) => ({ body: transaction(keccak256(body.raw)) }),
    })
    await new Sending(reading).handIn(KEEPER, nothing)
    expect(await signedBy(reading.recordDigest as Hex, asked[1]?.body.record_signature)).toBe(KEEPER.address)
  })

  it('an act: byte for byte what the client signs', async () => {
    const asked = serverAnswers({
      'POST /v1/acts/number': { sender: ACT_SIGNER.address, number: 7 },
      'POST /v1/transactions': ({ body }: any) => ({ body: transaction(keccak256(body.raw)) }),
    })
    await new Sending(await readPrepared(act(), ACT_TRUST, ACT_SIGNER.address)).handIn(ACT_SIGNER, nothing)
    expect(asked[0]?.body).toEqual({ act: ACT.act })
    expect(asked[1]?.body.raw).toBe(ACT.transaction)
    expect(asked[1]?.body.act.record.signature).toBe(ACT.record_signature)
  })

  it.each([-1, 1.5, '7', null, 2 ** 60])('signs nothing under the number %s', async (number) => {
    serverAnswers(numbered(number))
    const sending = new Sending(await read(await consented()))
    await expect(sending.handIn(KEEPER, nothing)).rejects.toMatchObject({ code: 'signing.numberWrong' })
    expect(sending.isSigned).toBe(false)
  })

  it('what was lost on the way is handed in again, the same bytes under the same number', async () => {
    let tries = 0
    const asked = serverAnswers({
      ...numbered(7),
      'POST /v1/transactions': ({ body }: any) =>
        ++tries === 1 ? new TypeError('lost') : { body: transaction(keccak256(body.raw)) },
    })
    const sending = new Sending(await read(await consented()))
    await expect(sending.handIn(KEEPER, nothing)).rejects.toThrow()
    expect(sending.isSigned).toBe(true)
    await sending.handIn(KEEPER, nothing)
    const [, first, second] = asked
    expect(asked).toHaveLength(3)
    expect(second?.body).toEqual(first?.body)
  })

  it('what was refused for good is signed anew, under a new number', async () => {
    let number = 6
    const asked = serverAnswers({
      [`POST /v1/drafts/${key}/number`]: () => ({ body: { number: ++number } }),
      'POST /v1/transactions': ({ body }: any) =>
        number === 7 ? { status: 409, body: problem(409) } : { body: transaction(keccak256(body.raw)) },
    })
    const sending = new Sending(await read(await consented()))
    await expect(sending.handIn(KEEPER, nothing)).rejects.toMatchObject({ status: 409 })
    await sending.handIn(KEEPER, nothing)
    expect(parseTransaction(asked.at(-1)?.body.raw).nonce).toBe(8)
  })

  it('what the server had already is followed by the hash that it has', async () => {
    const before = `0x${'ab'.repeat(32)}` as Hex
    serverAnswers({ ...numbered(7), 'POST /v1/transactions': transaction(before) })
    expect(await new Sending(await read(await consented())).handIn(KEEPER, nothing)).toBe(before)
  })
})

describe('following', () => {
  const hash = `0x${'cd'.repeat(32)}` as Hex
  const looks = (answers: unknown[]) => {
    const left = [...answers]
    serverAnswers({
      [`GET /v1/transactions/${hash}`]: () => {
        const next = left.length > 1 ? left.shift() : left[0]
        return next instanceof Error || (next as any).status ? (next as any) : { body: next }
      },
    })
  }
  const followed = async (seen: unknown[] = [], signal = new AbortController().signal) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const last = follow(hash, { signal, onLook: (told) => seen.push(told?.state ?? null) })
    last.catch(nothing)
    await vi.advanceTimersByTimeAsync(20_000)
    return last
  }

  it('goes on until it is recorded and the server answers of that block', async () => {
    const seen: unknown[] = []
    looks([
      transaction(hash),
      transaction(hash, { state: 'sent', missing_numbers: [6] }),
      transaction(hash, { state: 'recorded', recorded_in: 25 }),
      transaction(hash, { state: 'recorded', recorded_in: 25, block: { number: 25, hash, time: 'x' } }),
    ])
    expect((await followed(seen)).recorded_in).toBe(25)
    expect(seen).toEqual(['stored', 'sent', 'recorded', 'recorded'])
  })

  it('goes on where the server is away, restarts or asks for patience', async () => {
    const seen: unknown[] = []
    looks([
      new TypeError('away'),
      { status: 503 },
      { status: 429 },
      transaction(hash, { state: 'recorded', recorded_in: 24 }),
    ])
    await followed(seen)
    expect(seen).toEqual([null, null, null, 'recorded'])
  })

  it('tells a refusal as it is, and ends where the server knows none', async () => {
    const refusal = { type: 'urn:x', en: 'too little', zh: '不足' }
    looks([transaction(hash, { state: 'refused', refusal })])
    expect((await followed()).refusal).toEqual(refusal)
    looks([{ status: 404, body: problem(404) }])
    await expect(followed()).rejects.toMatchObject({ status: 404 })
  })

  it('ends at once when the panel is left', async () => {
    looks([transaction(hash)])
    const leaving = new AbortController()
    setTimeout(() => leaving.abort(), 0)
    await expect(followed([], leaving.signal)).rejects.toMatchObject({ name: 'AbortError' })
  })
})
