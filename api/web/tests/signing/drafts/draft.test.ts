/** Everything that is signed of a draft is what the client computes of it. */
import { parseTransaction, recoverTransactionAddress, serializeTransaction, type Hex } from 'viem'
import { describe, expect, it } from 'vitest'

import {
  consentOf,
  contentDigest,
  keyOf,
  keyText,
  readDraft,
  requireTrueConsents,
  transactionOf,
  waitingFor,
  withConsent,
  type Draft,
} from '@/signing/drafts'
import { calldata } from '@/signing/drafts/calldata'
import { gasOf } from '@/signing/drafts/draft'
import { SigningRefusal } from '@/signing/refusal'
import { consentDigest } from '@/signing/signatures'

import { NONCE, vector, VECTORS } from './vectors'

const unsigned = (draft: Draft): Draft => ({ ...draft, consents: { other: null, approver: null } })

async function refusalOf(doing: () => Promise<unknown>): Promise<SigningRefusal> {
  const error = await doing().then(
    () => undefined,
    (refused: unknown) => refused,
  )
  expect(error).toBeInstanceOf(SigningRefusal)
  return error as SigningRefusal
}

describe.each(VECTORS)('$name', (each) => {
  const draft = readDraft(each.draft)

  it('has the key and the digests', () => {
    expect(keyText(keyOf(draft))).toBe(each.key)
    expect(contentDigest(draft)).toBe(each.content)
    expect(consentDigest(consentOf(draft))).toBe(each.consent_digest)
    expect(waitingFor(draft)).toEqual(each.waiting_for)
    expect(gasOf(draft)).toBe(BigInt(each.gas))
  })

  it('has the calldata', () => {
    const data = each.calldata ?? parseTransaction(each.transaction!).data
    expect(calldata(draft)).toBe(data)
  })
})

describe.each(VECTORS.filter((each) => each.transaction))('$name, signed', (each) => {
  const draft = readDraft(each.draft)
  const raw = each.transaction as `0x${string}`

  it('is the transaction that the sender signs', async () => {
    const made = await transactionOf(draft, NONCE)
    const { r, s, v } = parseTransaction(raw)
    const legacy = { ...made, type: 'legacy', gasPrice: 0n } as const
    expect(serializeTransaction(legacy, { r: r!, s: s!, v: v! })).toBe(raw)
    const signer = await recoverTransactionAddress({ serializedTransaction: raw as never })
    expect(signer).toBe(draft.sender.address)
  })

  it('has true consents, and none in which a digit is another', async () => {
    await requireTrueConsents(draft)
    for (const part of ['other', 'approver'] as const) {
      const consent = draft.consents[part]
      if (!consent) continue
      for (const at of [2, 65, 66, 67, 129]) {
        const digit = consent[at] === '1' ? '2' : '1'
        const wrong = (consent.slice(0, at) + digit + consent.slice(at + 1)) as Hex
        const refusal = await refusalOf(() => withConsent(draft, part, wrong))
        expect(refusal.code).toBe('signingDrafts.consentWrong')
      }
    }
  })

  it('takes consents in any order, each for its own part', async () => {
    const both = ['other', 'approver'] as const
    const given = both.filter((part) => draft.consents[part])
    let again = unsigned(draft)
    for (const part of given.toReversed()) {
      expect(waitingFor(again)).toContain(part)
      again = await withConsent(again, part, draft.consents[part]!)
    }
    expect(again).toEqual(draft)
  })
})

describe('a draft that waits', () => {
  const draft = readDraft(vector('recorded count').draft)

  it('gives no transaction', async () => {
    const refusal = await refusalOf(() => transactionOf(unsigned(draft), 1))
    expect(refusal.code).toBe('signingDrafts.consentsMissing')
    expect(refusal.values.signers).toBe(`${draft.other!.address}, ${draft.approver!.address}`)
  })

  it('gives none with the consent of somebody else either', async () => {
    const consents = { other: draft.consents.approver, approver: draft.consents.other }
    const refusal = await refusalOf(() => transactionOf({ ...draft, consents }, 1))
    expect(refusal.code).toBe('signingDrafts.consentWrong')
  })

  it('takes no consent of a part that it has not, nor a text that is none', async () => {
    const consent = draft.consents.other!
    const alone = { ...unsigned(draft), other: null }
    for (const doing of [
      () => withConsent(alone, 'other', consent),
      () => withConsent(draft, 'other', `0x${'00'.repeat(64)}`),
      () => withConsent(draft, 'other', `0x${'ff'.repeat(64)}`),
      () => withConsent(draft, 'other', '0x'),
    ]) {
      expect((await refusalOf(doing)).code).toBe('signingDrafts.consentWrong')
    }
  })
})
