/** A draft is compared with the form that a user filled in: nothing that was typed may differ. */
import { describe, expect, it } from 'vitest'

import {
  checkForm,
  lotId,
  readDraft,
  type DocumentForm,
  type Draft,
  type Filled,
  type IssueForm,
  type ReceiptForm,
  type RecallForm,
} from '@/signing/drafts'
import { joinWords, packHead, splitWords, unpackHead } from '@/signing/drafts/words'
import { SigningRefusal } from '@/signing/refusal'

import { altered, alterations, formed, FORMS, type Formed } from './vectors'

/** Members that a form says nothing of: the trust file does, or nobody signs them. */
const OTHERS = new Set(['chain_id', 'genesis', 'ledger', 'consents', 'lots'])

const compare = (each: Formed, draft: unknown = each.draft, form = each.form): Filled[] =>
  checkForm(readDraft(draft), form, { salt: each.salt })

/** The refusal of a comparison; null where there is none. */
function refused(each: Formed, draft: unknown, form?: DocumentForm): SigningRefusal | null {
  try {
    compare(each, draft, form)
    return null
  } catch (error) {
    if (error instanceof SigningRefusal) return error
    throw error
  }
}

const names = (filled: Filled[]): string[] =>
  filled.map(({ field, line }) => field.replace('signingDrafts.fields.', '') + (line ? ` ${line}` : ''))

/** A draft with another document, as a server that lies consistently would make it. */
const lying = (each: Formed, change: (draft: Draft) => Partial<Draft['document']>): SigningRefusal | null => {
  const draft = readDraft(each.draft)
  try {
    checkForm({ ...draft, document: { ...draft.document, ...change(draft) } }, each.form, { salt: each.salt })
    return null
  } catch (error) {
    if (error instanceof SigningRefusal) return error
    throw error
  }
}

describe('what the server fills in', () => {
  const division = ['senderDivision']
  const approved = ['approverDivision', 'senderDivision', 'validUntil']
  const met = ['otherDivision', 'senderDivision', 'validUntil']
  it.each([
    ['opening', approved],
    ['receipt', ['qualification', 'freeIn', ...met]],
    ['issue', division],
    ['hand-over', met],
    ['dispatch', approved],
    ['acceptance', ['site', 'receivingSite', ...division, 'consignment']],
    ['contest', ['site', 'receivingSite', ...division, 'consignment']],
    ['return', ['site', 'receivingSite', ...approved, 'consignment']],
    ['return-acceptance', ['site', 'receivingSite', ...division, 'consignment']],
    ['settlement', ['site', 'receivingSite', ...division, 'consignment']],
    ['release', division],
    ['hold', division],
    ['count', ['journal', 'expected 1', ...met]],
    ['write-off', approved],
    ['repack', ['expires 1', ...approved]],
    ['reversal', ['source', 'site', 'otherDivision', ...approved, 'original']],
    ['recall', division],
    ['lift', division],
    ['issue-by-item', ['time', 'lot 1', ...division]],
    ['donation', ['qualification', 'heldIn', ...division]],
    ['count-all', ['time', 'entry', 'journal', 'expected 1', 'expected 2', ...met]],
  ])('into a form of %s', (name, expected) => {
    expect(names(compare(formed(name)))).toEqual(expected)
  })

  it('shows what it is', () => {
    const found = compare(formed('issue-by-item'))
    expect(found[0]!.value).toMatch(/^2026-\d\d-\d\d \d\d:\d\d:\d\d$/)
    expect(found[1]!.value).toMatch(/^[0-9a-f]{40}$/)
    expect(found[2]!.value).toBe('420102001001')
    expect(compare(formed('count-all'))[1]!.value).toBe('16')
  })
})

describe.each(FORMS)('$name', (each) => {
  it('refuses, or lists as filled in, whatever is altered in its draft', () => {
    const honest = JSON.stringify(compare(each))
    const isAlone = !each.draft.other && !each.draft.approver // so that no consents count until anything
    for (const [path, other] of alterations(each.draft)) {
      if (OTHERS.has(String(path[0]))) continue
      if (path[0] === 'valid_until' && isAlone) continue
      const where = `${path.join('.')} as ${JSON.stringify(other)}`
      let found: string | SigningRefusal
      try {
        found = JSON.stringify(compare(each, altered(each.draft, path, other)))
      } catch (error) {
        expect(error, where).toBeInstanceOf(SigningRefusal)
        continue
      }
      // What is left of a consignment and what a reversal undoes are the server's word, and listed as such.
      if (path[0] === 'consignment' || path[0] === 'original') continue
      expect(found, where).not.toBe(honest)
    }
  })

  it('refuses another form of the same draft', () => {
    for (const other of FORMS) {
      if (other.name !== each.name) expect(refused(each, each.draft, other.form)).not.toBeNull()
    }
  })
})

describe('a server that lies consistently', () => {
  const field = (refusal: SigningRefusal | null): string | undefined =>
    refusal?.values.field?.replace('signingDrafts.fields.', '')

  it.each([
    ['dispatch', { quantity: 30n }, 'quantity'],
    ['write-off', { quantity: 30n }, 'quantity'],
    ['issue-by-item', { quantity: 5n }, 'quantity'],
    ['issue-by-item', { lot: 5n }, 'item'],
    ['issue', { lot: 5n }, 'lot'],
    ['issue', { reason: 41 }, 'reason'],
    ['write-off', { reason: 10 }, 'reason'],
    ['settlement', { reason: 1 }, 'reason'],
    ['hold', { lot: 5n }, 'lot'],
  ])('about a line of %s (%#)', (name, changed, expected) => {
    const each = formed(name)
    const refusal = lying(each, ({ document }) => {
      const [first, ...others] = splitWords(document.lines)
      return { lines: joinWords([packHead({ ...unpackHead(first!), ...changed }), ...others]) }
    })
    expect(refusal?.code).toBe('signingDrafts.lineDiffers')
    expect(refusal?.values.line).toBe('1')
    expect(field(refusal)).toBe(expected)
  })

  it('adds a line', () => {
    const refusal = lying(formed('issue'), ({ document }) => ({
      lines: joinWords([packHead({ lot: 1n, reason: 0, quantity: 1n }), ...splitWords(document.lines)]),
    }))
    expect([refusal?.code, field(refusal)]).toEqual(['signingDrafts.differs', 'line'])
    expect(refusal?.values.came).toBe('1'.padStart(40, '0'))
  })

  it('leaves a line out', () => {
    const refusal = lying(formed('issue'), () => ({ lines: '0x' }))
    expect([refusal?.values.line, refusal?.values.came]).toEqual(['1', '–'])
  })

  it('says the missing are returning', () => {
    const refusal = lying(formed('acceptance'), ({ document }) => {
      const words = splitWords(document.lines).map((each) => unpackHead(each))
      const swapped = words.map((head) => packHead({ ...head, reason: head.reason ^ 0x8000 }))
      return { lines: joinWords(swapped) }
    })
    expect(refusal?.code).toBe('signingDrafts.lineDiffers')
  })

  it('has goods of a receipt from somebody else, or with another batch or amount', () => {
    const each = formed('receipt')
    const form = each.form as ReceiptForm
    const [goods] = form.goods
    for (const [changed, expected] of [
      [{ ...form, supplier: '91420100MA4KYMPL2D' }, 'source'],
      [{ ...form, goods: [{ ...goods!, batch: 'G-8' }] }, 'batch'],
      [{ ...form, goods: [{ ...goods!, item: '299010110009' }] }, 'item'],
      [{ ...form, goods: [{ ...goods!, expires: '2030-01-01' }] }, 'expires'],
      [{ ...form, goods: [{ ...goods!, quantity: '42' }] }, 'quantity'],
      [{ ...form, goods: [{ ...goods!, rejected: '0' }] }, 'rejected'],
      [{ ...form, goods: [{ ...goods!, reason: 'expired' }] }, 'reason'],
      [{ ...form, held: true }, 'freeIn'],
      [{ ...form, qualification: '1'.repeat(40) }, 'qualification'],
      [{ ...form, supplier_signer: null }, 'other'],
      [{ ...form, note: 'dry' }, 'note'],
      [{ ...form, order: 'PO-2' }, 'note'],
      [{ ...form, note: null, order: null }, 'note'],
      [{ ...form, keeper: { ...form.keeper, division: '420102' } }, 'senderDivision'],
    ] as const) {
      expect(field(refused(each, each.draft, changed as ReceiptForm)), expected).toBe(expected)
    }
  })

  it('does not show the salt of a note', () => {
    const { draft, form } = formed('receipt')
    const compared = (): Filled[] => checkForm(readDraft(draft), form)
    expect(compared).toThrow('signingDrafts.noteUnproved')
  })

  it('recalls another batch', () => {
    const each = formed('recall')
    const draft = readDraft(each.draft)
    const named = draft.lots[0]!
    const recalling = (lot: typeof named, form = each.form): (() => Filled[]) => {
      const lots = [named, lot]
      const heads = lots.map((goods) => packHead({ lot: lotId(goods), reason: 0, quantity: 0n }))
      const lines = joinWords(heads.sort((one, other) => (one < other ? -1 : 1)))
      return () => checkForm({ ...draft, lots, document: { ...draft.document, lines } }, form)
    }
    const sibling = { ...named, expires: named.expires + 1 }
    expect(names(recalling(sibling)())).toEqual(['lot', 'senderDivision'])
    expect(recalling({ ...named, batch: `0x${'12'.repeat(32)}` })).toThrow('signingDrafts.differs')
    const only: RecallForm = { ...(each.form as RecallForm), only: true }
    expect(recalling(sibling, only)).toThrow('signingDrafts.differs')
  })
})

describe('what cannot be meant', () => {
  const each = formed('issue')
  const form = each.form as IssueForm
  const line = form.lines[0]!

  it.each([
    [{ ...form, occurred_at: '2026-02-30' }, 'time'],
    [{ ...form, occurred_at: '2026-11-24T09:30' }, 'time'],
    [{ ...form, occurred_at: '1969-12-31' }, 'time'],
    [{ ...form, site: '420102001001' }, 'site'],
    [{ ...form, consignee: '武汉' }, 'consignee'],
    [{ ...form, reason: 'because' }, 'reason'],
    [{ ...form, reason: 'expired' }, 'reason'],
    [{ ...form, lines: [{ ...line, quantity: '1e3' }] }, 'quantity'],
    [{ ...form, lines: [{ ...line, quantity: '9223372036854775808' }] }, 'quantity'],
    [{ ...form, lines: [{ quantity: '3' }] }, 'lot'],
    [{ ...form, lines: [{ ...line, lot: 'x' }] }, 'lot'],
  ])('is refused by its field (%#)', (changed, field) => {
    const refusal = refused(each, each.draft, changed)
    expect(refusal?.code).toBe('signingDrafts.formUnread')
    expect(refusal?.values.field).toBe(`signingDrafts.fields.${field}`)
  })
})

describe('lines that leave their lots to the server', () => {
  /** Two lots of one item, of which a line fits both and another one alone. */
  it('are paired wherever they can be', () => {
    const each = formed('issue-by-item')
    const draft = readDraft(each.draft)
    const [line] = (each.form as IssueForm).lines
    const lots = [draft.lots[0]!, { ...draft.lots[0]!, expires: 30_000 }]
    const heads = lots.map((goods) => packHead({ lot: lotId(goods), reason: 40, quantity: 4n }))
    for (const order of [heads, heads.toReversed()]) {
      const lines = joinWords(order)
      const doubled = { ...draft, lots, document: { ...draft.document, lines } }
      const typed = [line!, { ...line!, expires: '2052-02-20' }]
      for (const both of [typed, typed.toReversed()]) {
        const filled = checkForm(doubled, { ...(each.form as IssueForm), lines: both }, { salt: each.salt })
        expect(names(filled)).toEqual(['time', 'lot 1', 'lot 2', 'senderDivision'])
      }
      const twice = { ...(each.form as IssueForm), lines: [typed[1]!, typed[1]!] }
      expect(() => checkForm(doubled, twice, { salt: each.salt })).toThrow('signingDrafts.lineDiffers')
    }
  })
})
