/** What a signer signs of an act: the client's own bytes, and nothing that its sender has not signed. */
import { serializeCompactSignature, signatureToCompactSignature, type Hex } from 'viem'
import { privateKeyToAccount, sign } from 'viem/accounts'
import { describe, expect, it } from 'vitest'
import { createI18n } from 'vue-i18n'

import {
  checkForm,
  consentOf,
  readAct,
  recordDigestOf,
  transactionOf,
  withConsent,
  withRecordSignature,
  type Act,
} from '@/signing/acts'
import { SigningRefusal } from '@/signing/refusal'
import { consentDigest } from '@/signing/signatures'
import { signingActs } from '@/words/signing-acts'

import { EVERY, KEY, NONCE, put, vector } from './vectors'

const OTHER = `0x${'11'.repeat(32)}` as Hex

async function compact(digest: Hex, key: Hex): Promise<Hex> {
  return serializeCompactSignature(signatureToCompactSignature(await sign({ hash: digest, privateKey: key })))
}

/** The act with all that its sender signs beside the transaction. */
async function signed(act: Act, key: Hex): Promise<Act> {
  const [consent, record] = [consentOf(act), recordDigestOf(act)]
  const consented = consent ? withConsent(act, await compact(consentDigest(consent), key)) : act
  return record ? withRecordSignature(consented, await compact(record, key)) : consented
}

async function refusal(made: Promise<unknown>): Promise<SigningRefusal> {
  const error: unknown = await made.then(
    () => new Error('it was signed'),
    (reason: unknown) => reason,
  )
  if (!(error instanceof SigningRefusal)) throw error
  return error
}

describe('the same bytes as the client signs', () => {
  it.each(EVERY)('%s', async (_, { act: json, consent, consent_digest, record_signature, transaction }) => {
    const act = readAct(json)
    const asked = consentOf(act)
    expect(asked && consentDigest(asked)).toBe(consent_digest)
    const done = await signed(act, KEY)
    expect(done.json.record?.signature ?? null).toBe(record_signature)
    const given = done.json.arguments.consent as { r: Hex; vs: Hex } | undefined
    if (consent) expect(`${given?.r}${given?.vs.slice(2)}`).toBe(consent)
    const { chainId, nonce, gas, to, data } = await transactionOf(done, NONCE)
    const raw = await privateKeyToAccount(KEY).signTransaction({
      type: 'legacy', chainId, nonce, gas, to, data, gasPrice: 0n,
    }) // prettier-ignore
    expect(raw).toBe(transaction)
  })
})

describe('what its sender has not signed', () => {
  const approval = vector('approve-with-consent')

  it('is no consent', async () => {
    const act = readAct(approval.act)
    const digest = consentDigest(consentOf(act)!)
    const lies: Hex[] = [await compact(digest, OTHER), await compact(OTHER, KEY), `0x${'ff'.repeat(64)}`]
    for (const consent of [null, ...lies]) {
      const other = consent ? withConsent(act, consent) : act
      expect((await refusal(transactionOf(other, 0))).code).toBe('signingDrafts.consentWrong')
    }
  })

  it('is no consent to another document, ledger or time', async () => {
    const done = await signed(readAct(approval.act), KEY)
    await transactionOf(done, 0)
    const lies = [
      put(done.json, ['ledger'], done.address),
      put(done.json, ['chain_id'], done.chainId + 1),
      put(done.json, ['arguments', 'validUntil'], '1'),
      put(done.json, ['arguments', 'document', 'deadline'], '1'),
      put(done.json, ['arguments', 'document', 'to'], '0x1'),
    ]
    for (const lie of lies) await refusal(transactionOf(readAct(lie), 0))
  })

  it('is no signature of a name or note', async () => {
    const site = readAct(vector('register-site').act)
    const digest = recordDigestOf(site)!
    for (const other of [await compact(digest, OTHER), await compact(OTHER, KEY)]) {
      expect((await refusal(withRecordSignature(site, other))).code).toBe('signingActs.recordSignatureWrong')
    }
    await refusal(withRecordSignature(readAct(vector('close-site').act), await compact(digest, KEY)))
  })
})

describe('words', () => {
  const { t, locale } = createI18n({
    legacy: false,
    locale: 'zh',
    messages: { zh: { signingActs: signingActs.zh }, en: { signingActs: signingActs.en } },
  }).global

  it.each(['zh', 'en'] as const)('say a refusal whole, in %s', (language) => {
    locale.value = language
    const refusals = [
      ['set-floors', ['arguments', 'floors', 0, 'quantity'], '7'],
      ['request', ['arguments', 'asking', 'quantity'], '7'],
      ['request, bare', ['arguments', 'keeperDivision'], '42010'],
      ['grant', ['arguments', 'role'], 9],
      ['request', ['record', 'salt'], `0x${'11'.repeat(16)}`],
    ] as const
    for (const [name, path, other] of refusals) {
      const { act, form } = vector(name)
      try {
        checkForm(readAct(put(act, path, other)), form)
        throw new Error(`${name} was taken`)
      } catch (error) {
        if (!(error instanceof SigningRefusal)) throw error
        const said = t(error.code, error.values)
        expect(said).not.toMatch(/[{}@]|signingActs|undefined/)
        const field = error.values.field
        if (field) expect(said).toContain(t(field))
      }
    }
  })

  it('have a name for everything that a server fills in', () => {
    for (const [, { act, form }] of EVERY) {
      for (const { field } of checkForm(readAct(act), form)) expect(t(field)).not.toBe(field)
    }
  })
})
