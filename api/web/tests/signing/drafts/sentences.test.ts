/** Sentences are the client's, word for word, and names only stand beside codes. */
import { describe, expect, it } from 'vitest'

import { readDraft, say, type Draft, type DraftNames } from '@/signing/drafts'
import { reasonLabel, REASONS as HERE, SETTLEMENTS as SETTLED_HERE } from '@/signing/drafts/reasons'

import { REASONS, SETTLEMENTS, vector, VECTORS } from './vectors'

describe.each(VECTORS)('$name', ({ draft, sentences }) => {
  it.each(['zh', 'en'] as const)('says the same in %s', (language) => {
    expect(say(readDraft(draft), language)).toEqual(sentences[language])
  })

  it('keeps every code where it has names', () => {
    const names: DraftNames = {
      site: () => '东城社区',
      party: () => '某单位',
      item: () => '口罩',
      quantity: (quantity) => `${quantity} 盒`,
    }
    const codes = sentences.zh.join('\n').match(/[0-9a-f]{12,}/g) ?? []
    const named = say(readDraft(draft), 'zh', names).join('\n')
    for (const code of codes) expect(named).toContain(code)
  })
})

describe('a dispatch with names', () => {
  const draft = readDraft(vector('form dispatch').draft)
  const names: DraftNames = {
    site: (site) => (site === draft.document.from ? '东城社区' : '西城社区'),
    item: () => '医用口罩',
    quantity: (quantity) => `${quantity} 盒`,
  }

  it('says them beside the codes', () => {
    const [first, line] = say(draft, 'zh', names)
    expect(first).toBe(
      `发运：物资自东城社区（储备点 ${draft.document.from}）发往西城社区（储备点 ${draft.document.to}）。`,
    )
    expect(line).toMatch(/^ {2}医用口罩（物品 299010110001），批次 [0-9a-f]{40}，.*：3（3 盒）$/)
    expect(say(draft, 'en', names)[0]).toContain('东城社区 (site ')
  })

  it('names no quantity of a lot that the draft does not prove', () => {
    const line = say({ ...draft, lots: [] }, 'zh', names)[1]
    expect(line).toMatch(/^ {2}批次 [0-9a-f]{40}：3$/)
  })
})

describe('what vectors of a real ledger do not say', () => {
  const draft = readDraft(vector('recorded issue').draft)
  const inside = (changed: Partial<Draft['document']>): Draft => ({
    ...draft,
    document: { ...draft.document, ...changed },
  })
  const said = (changed: Partial<Draft['document']>, offset?: number): string =>
    say(inside(changed), 'en', {}, offset).join('\n')

  it('says times of days, of other offsets, and far away', () => {
    expect(said({ occurredAt: 1_789_920_000, dayOnly: true })).toContain('occurred on 2026-09-21.')
    expect(said({ occurredAt: 1_789_920_000 })).toContain('occurred on 2026-09-21 00:00.')
    expect(said({ occurredAt: 1_789_920_000 }, 0)).toContain('occurred on 2026-09-20 16:00.')
    expect(said({ occurredAt: 2 ** 52 })).toContain('after the year 9999')
  })

  it('says references of every type, also of one that nobody knows', () => {
    expect(said({ reference: (5n << 248n) | 3n })).toContain(`refers to request ${'3'.padStart(62, '0')}.`)
    expect(said({ reference: (9n << 248n) | 5n })).toContain('refers to thing of type 9 ')
  })

  it('says a reason of no list by its number', () => {
    expect(said({ reason: 9_999 })).toContain('Reason: 9999.')
  })
})

describe('reasons', () => {
  it('are the published list', () => {
    expect(HERE).toEqual(REASONS)
    expect(SETTLED_HERE).toEqual(SETTLEMENTS)
  })

  it('are called otherwise in a settlement alone', () => {
    expect(reasonLabel(3, 'settlement')).toEqual(['lost', '确认丢失'])
    expect(reasonLabel(3, 'issue')).toEqual(['3', '3'])
    expect(reasonLabel(0x8000 | 20)).toEqual(['delivered less than written', '短少'])
    expect(reasonLabel(0)).toBeNull()
  })
})
