/** What is looked at beside the form: the ledger, the time, who signs, the note, and what was read before. */
import { createI18n } from 'vue-i18n'
import { describe, expect, it } from 'vitest'

import {
  batchDigest,
  checkForm,
  checkSame,
  checkTime,
  checkTrust,
  noteToSign,
  partOf,
  readDraft,
  withConsent,
  type Draft,
} from '@/signing/drafts'
import { SigningRefusal } from '@/signing/refusal'
import { signingDrafts } from '@/words/signing-drafts'

import { formed, vector } from './vectors'

const draft = readDraft(vector('recorded count').draft)
const trust = { chainId: draft.chainId, genesis: draft.genesis, ledger: draft.ledger }

function refusalOf(doing: () => unknown): SigningRefusal {
  try {
    doing()
  } catch (error) {
    if (error instanceof SigningRefusal) return error
    throw error
  }
  throw new Error('it was not refused')
}

describe('the ledger', () => {
  it('is the one that is trusted', () => {
    checkTrust(draft, trust)
    checkTrust(draft, { ...trust, ledger: draft.ledger.toLowerCase() as `0x${string}` })
  })

  it.each([
    [{ ...trust, chainId: 1 }, 'chain'],
    [{ ...trust, genesis: `0x${'0'.repeat(64)}` as const }, 'genesis'],
    [{ ...trust, ledger: draft.sender.address }, 'ledger'],
  ])('is refused where it is another one (%#)', (other, field) => {
    const refusal = refusalOf(() => checkTrust(draft, other))
    expect([refusal.code, refusal.values.field]).toEqual([
      'signingDrafts.ledgerDiffers',
      `signingDrafts.fields.${field}`,
    ])
  })
})

describe('the time', () => {
  const until = draft.validUntil

  it('is not over, and no further ahead than a document waits', () => {
    checkTime(draft, until)
    checkTime(draft, until - 8 * 86_400)
    expect(refusalOf(() => checkTime(draft, until + 1)).code).toBe('signingDrafts.over')
    expect(refusalOf(() => checkTime(draft, until - 8 * 86_400 - 1)).code).toBe('signingDrafts.tooFar')
  })
})

describe('who signs', () => {
  const keeper = draft.sender.address
  const twice: Draft = { ...draft, other: draft.sender, consents: { other: null, approver: null } }

  it('is found by the address, and refused where it is nobody', () => {
    expect(partOf(draft, draft.other!.address)).toBe('other')
    expect(partOf(draft, draft.approver!.address.toLowerCase() as `0x${string}`)).toBe('approver')
    expect(partOf(draft, keeper)).toBe('sender')
    expect(refusalOf(() => partOf(draft, draft.ledger)).code).toBe('signingDrafts.notSigner')
  })

  it('is what has not been signed yet, where an address stands in two places', () => {
    expect(partOf(twice, keeper)).toBe('other')
    expect(partOf({ ...twice, consents: { other: '0x11', approver: null } }, keeper)).toBe('sender')
  })
})

describe('a draft that was read before', () => {
  it('may have more consents, and nothing else', async () => {
    const before = { ...draft, consents: { other: null, approver: null }, lots: [] }
    checkSame(await withConsent(before, 'other', draft.consents.other!), before)
    const acceptance = readDraft(vector('recorded acceptance').draft)
    const reversal = readDraft(vector('recorded reversal').draft)
    const { consignment } = acceptance
    const { original } = reversal
    const changes: [Draft, Partial<Draft>, string][] = [
      [draft, { validUntil: 5 }, 'validUntil'],
      [draft, { approver: null }, 'approver'],
      [draft, { sender: { ...draft.sender, division: 42 } }, 'sender'],
      [draft, { body: `0x${'1'.repeat(64)}` }, 'note'],
      [draft, { document: { ...draft.document, lines: '0x' } }, 'line'],
      [draft, { document: { ...draft.document, dayOnly: true } }, 'time'],
      [acceptance, { consignment: { ...consignment!, lines: '0x' } }, 'consignment'],
      [acceptance, { consignment: { ...consignment!, signers: [] } }, 'consignment'],
      [reversal, { original: { ...original!, document: { ...original!.document, reason: 9 } } }, 'original'],
    ]
    for (const [read, change, field] of changes) {
      const refusal = refusalOf(() => checkSame({ ...read, ...change }, read))
      expect(refusal.code).toBe('signingDrafts.changed')
      expect(refusal.values.field).toBe(`signingDrafts.fields.${field}`)
    }
  })
})

describe('a note', () => {
  const each = formed('receipt')
  const received = readDraft(each.draft)
  const content = { order: 'PO-1', note: 'wet' }

  it('gives the digest that the server shows', () => {
    const note = { content, salt: each.salt! }
    expect(noteToSign(received, note)).toBe(each.record_digest)
  })

  it('is refused where it is another one', () => {
    const salt = each.salt!
    const salted = `${salt.slice(1)}${salt[0] === '0' ? '1' : '0'}`
    const wet = { note: 'wet' }
    for (const note of [{ content: wet, salt }, { content, salt: salted }, { content, salt: '' }]) {
      expect(refusalOf(() => noteToSign(received, note)).code).toBe('signingDrafts.noteDiffers')
    }
  })
})

describe('a batch', () => {
  it('is the same in full width, and with other blanks', () => {
    expect(batchDigest(' Ｄ-１  x')).toBe(batchDigest('D-1 x'))
    expect(batchDigest('D-1 x')).not.toBe(batchDigest('D-1x'))
    expect(batchDigest(' ')).toBe(`0x${'0'.repeat(64)}`)
  })
})

describe('words', () => {
  const { en, zh } = signingDrafts
  const i18n = createI18n({
    legacy: false,
    locale: 'zh',
    messages: { en: { signingDrafts: en }, zh: { signingDrafts: zh } } as never,
  }).global as unknown as { locale: { value: string }; t: (code: string, values: object) => string }
  const said = (refusal: SigningRefusal, language: 'en' | 'zh'): string => {
    i18n.locale.value = language
    return i18n.t(refusal.code, refusal.values)
  }
  const issue = formed('issue')
  const issued = readDraft(issue.draft)

  it('say the field in the language of the sentence', () => {
    const refusal = refusalOf(() => checkForm({ ...issued, other: issued.sender }, issue.form))
    expect(said(refusal, 'zh')).toContain('“另一方”为 0x')
    expect(said(refusal, 'en')).toContain('“other party” is 0x')
  })

  it('have a sentence for every refusal, with every value in its place', () => {
    const names = 'draft where expected came asked line typed signers until address'.split(' ')
    const keys = { field: 'signingDrafts.fields.site', part: 'signingDrafts.parts.other' }
    const values = { ...Object.fromEntries(names.map((name) => [name, `<${name}>`])), ...keys }
    const placed = (text: string): string[] => text.match(/\{\w+\}/g)?.sort() ?? []
    for (const [code, sentence] of Object.entries(en)) {
      if (typeof sentence !== 'string') continue
      for (const language of ['en', 'zh'] as const) {
        const text = said(new SigningRefusal(`signingDrafts.${code}`, values), language)
        expect(text).not.toMatch(/[{}@]|signingDrafts/)
        expect(placed(zh[code as keyof typeof zh] as string)).toEqual(placed(sentence))
      }
    }
  })
})
