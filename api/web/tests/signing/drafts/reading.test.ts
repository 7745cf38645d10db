/** A draft is read strictly; whatever is altered in one is refused, or shows in what is signed and said. */
import { describe, expect, it } from 'vitest'

import { consentOf, keyOf, readDraft, say } from '@/signing/drafts'
import { calldata } from '@/signing/drafts/calldata'
import { SigningRefusal } from '@/signing/refusal'
import { consentDigest } from '@/signing/signatures'

import { altered, alterations, vector, VECTORS, type DraftJson } from './vectors'

/** Members that nobody signs: consents are looked at elsewhere, and lots prove themselves. */
const UNSIGNED = ['consents', 'lots']

/** Everything that is signed or shown of a draft, or null where it is refused. */
function seen(json: unknown): string | null {
  try {
    const draft = readDraft(json)
    const signed = [consentDigest(consentOf(draft)), calldata(draft), draft.genesis, keyOf(draft).toString()]
    return [...signed, ...say(draft, 'en')].join('\n')
  } catch (error) {
    if (error instanceof SigningRefusal) return null
    throw error
  }
}

describe.each(VECTORS)('$name', ({ draft }) => {
  it('is refused or another one, whatever is altered in it', () => {
    const honest = seen(draft)
    expect(honest).not.toBeNull()
    let count = 0
    for (const [path, other] of alterations(draft)) {
      if (UNSIGNED.includes(String(path[0]))) continue
      const lied = seen(altered(draft, path, other))
      expect(lied, `${path.join('.')} as ${JSON.stringify(other)}`).not.toBe(honest)
      count += 1
    }
    expect(count).toBeGreaterThan(60)
  })

  it('shows no lot by what it was not made of', async () => {
    const honest = readDraft(draft)
    if (!honest.lots.length) return
    for (const [at, lot] of honest.lots.entries()) {
      const lots = honest.lots.with(at, { ...lot, item: lot.item + 1n })
      expect(say({ ...honest, lots }, 'en').join('\n')).not.toContain(`item ${lot.item + 1n}`)
    }
  })
})

describe('a text that is no draft', () => {
  const { draft } = vector('recorded issue')
  const refused = (json: unknown): string => {
    try {
      readDraft(json)
    } catch (error) {
      if (error instanceof SigningRefusal) return error.values.where!
      throw error
    }
    throw new Error('it was read')
  }
  const document = draft.document as DraftJson

  it.each([
    [null, 'object'],
    [[], 'object'],
    ['draft', 'object'],
    [{}, 'form'],
    [{ ...draft, form: 'shecang draft 2' }, 'form'],
    [{ ...draft, chain_id: 0 }, 'chain_id'],
    [{ ...draft, chain_id: 1.5 }, 'chain_id'],
    [{ ...draft, chain_id: 2 ** 53 }, 'chain_id'],
    [{ ...draft, kind: 'toString' }, 'kind'],
    [{ ...draft, consignment: { state: 1, signers: [], lines: '0x' } }, 'consignment'],
    [{ ...draft, kind: 'acceptance' }, 'consignment'],
    [{ ...draft, kind: 'reversal' }, 'original'],
    [{ ...draft, sender: { address: `0x${'Ab'.repeat(20)}`, division: 0 } }, 'sender.address'],
    [{ ...draft, sender: { address: `0x${'ab'.repeat(20)}`, division: 10 ** 12 } }, 'sender.division'],
    [{ ...draft, document: { ...document, from: '0x01' } }, 'document.from'],
    [{ ...draft, document: { ...document, from: `0x1${'0'.repeat(64)}` } }, 'document.from'],
    [{ ...draft, document: { ...document, reason: 1 << 16 } }, 'document.reason'],
    [{ ...draft, document: { ...document, lines: '0xff' } }, 'document.lines'],
    [{ ...draft, document: { ...document, lines: `0x${'0'.repeat(1 << 16)}` } }, 'document.lines'],
    [{ ...draft, consents: { other: `0x${'1'.repeat(128)}`, approver: null } }, 'consents.other'],
    [{ ...draft, lots: new Array(257).fill(null) }, 'lots'],
  ])('is refused, with the member that is wrong (%#)', (json, where) => {
    expect(refused(json)).toBe(where)
  })

  it('is refused where a name of no member would show in the refusal', () => {
    expect(refused({ ...draft, '<b>': 1 })).toBe('object')
  })

  it.each(['from', 'to'])('is refused where it undoes a document %s another site', (side) => {
    const reversal = vector('recorded reversal').draft
    const original = reversal.original as { document: DraftJson }
    const document = { ...original.document, [side]: '0x17e158cf52a00' }
    expect(refused({ ...reversal, original: { ...original, document } })).toBe('original.document')
  })

  it('is refused where lines stand in another order, or twice', () => {
    const dispatch = vector('recorded dispatch').draft
    const inside = dispatch.document as DraftJson
    const lines = String(inside.lines).slice(2)
    const [one, two] = [lines.slice(0, 64), lines.slice(64, 128)]
    for (const text of [two + one, one + one]) {
      expect(refused({ ...dispatch, document: { ...inside, lines: `0x${text}` } })).toBe('document.lines')
    }
  })

  it('takes an address without a checksum', () => {
    const { ledger } = readDraft({ ...draft, ledger: String(draft.ledger).toLowerCase() })
    expect(ledger).toBe(draft.ledger)
  })
})
