/** What is to be signed, in a keeper's words: made from the bytes, complete, and without words of the contract. */
import { beforeEach, describe, expect, it } from 'vitest'

import { useLanguage } from '@/i18n'
import { readAct } from '@/signing/acts'
import { carriedBy, linesOf, readDraft, undoneBy, type DraftNames } from '@/signing/drafts'
import { reasonCode } from '@/signing/drafts/reasons'
import { plainOf, type Plain } from '@/views/keeper/plain'
import { plainOfAct } from '@/views/keeper/plain-act'

import { vector as actVector } from '../../signing/acts/vectors'
import { vector, VECTORS } from '../../signing/drafts/vectors'

const NAMES: DraftNames = {
  site: (site) => (site % 2n === 0n ? '东城库' : '西城库'),
  party: () => '某单位',
  item: () => '口罩',
  quantity: (quantity) => `${quantity} 盒`,
}
const plain = (name: string, names = NAMES): Plain => plainOf(readDraft(vector(name).draft), names)
const textOf = ({ headline, goods, carried, more }: Plain): string =>
  [headline, ...goods, ...(carried ? [carried.title, ...carried.goods] : []), ...more].join('\n')

beforeEach(() => useLanguage('zh'))

describe.each(VECTORS)('$name', ({ draft }) => {
  const said = (language: 'zh' | 'en', names = NAMES): string => {
    useLanguage(language)
    return textOf(plainOf(readDraft(draft), names))
  }

  it.each(['zh', 'en'] as const)('has no code and no word of the contract in %s', (language) => {
    const text = said(language)
    expect(text).not.toMatch(/[0-9a-fA-F]{12}/)
    expect(text).not.toMatch(/keeper\.|\{|在途单|批次|会签|加盐|consignment|\blots?\b|salted|chain/i)
  })

  it('has every quantity', () => {
    const document = readDraft(draft)
    const lines = [...linesOf(document), ...carriedBy(document), ...undoneBy(document)]
    const fields = ['quantity', 'accepted', 'rejected', 'counted', 'expected', 'outputQuantity'] as const
    const found = lines.flatMap((line) => fields.map((field) => (line as Partial<Record<typeof field, bigint>>)[field]))
    const text = said('en', {})
    for (const each of found) if (each) expect(text).toContain(each.toLocaleString('en-GB'))
  })

  it('stands by codes where there are no names', () => {
    expect(said('zh', {})).not.toContain('undefined')
    expect(said('zh', {})).toMatch(/\d{15}|[0-9a-f]{8}…|国家主管部门/)
  })
})

it('says a hand-over with its goods', () => {
  const { headline, goods, carried } = plain('form hand-over')
  expect(headline).toBe('西城库当面交给西城库：')
  expect(goods).toEqual(['口罩 · 3 盒'])
  expect(carried).toBeNull()
})

it('says what is not as it was sent, and what was sent by the draft’s word alone', () => {
  useLanguage('en')
  const { headline, goods, carried, more } = plain('recorded acceptance')
  expect(headline).toMatch(/^.* has received what .* sent, except for:$/)
  expect(goods).toEqual(['batch 8c885964… · 8 sent back (damaged)', 'batch aee824a5… · 5 missing (fewer came than were written)'])
  expect(carried?.title).toContain('does not cover')
  expect(carried?.goods).toEqual(['batch 8c885964… · 40', 'batch aee824a5… · 30'])
  expect(more[0]).toMatch(/^It happened: 29 Nov 2026/)
})

it('says that all of it came', () => {
  const draft = readDraft(vector('recorded acceptance').draft)
  const whole = plainOf({ ...draft, document: { ...draft.document, lines: '0x' } }, NAMES)
  expect(whole.headline).toContain('全部物资')
  expect(whole.goods).toEqual([])
})

it('says what a reversal undoes, and why missing goods are settled as they are', () => {
  expect(plain('recorded reversal').headline).toMatch(/^撤销（视同没有发生过）：.*当面交给/)
  expect(plain('recorded settlement').goods.join()).toMatch(/在发出方找到.*确认丢失/)
})

it('says how a count differs', () => {
  expect(plain('form count').goods).toEqual(['口罩 · 数得 600 盒，应有 1200 盒（−600）（原因不明）'])
})

it('names nothing by a name in which something cannot be seen', () => {
  const hidden: DraftNames = { ...NAMES, site: () => '东城\u202e库', item: () => '口\u200b罩' }
  const { headline, goods } = plain('form hand-over', hidden)
  expect(headline).toMatch(/^\d{15}当面交给\d{15}：$/)
  expect(goods[0]).toContain('299010110001 · ')
})

it('says moments and days that no calendar has', () => {
  const draft = readDraft(vector('form hand-over').draft)
  const far = plainOf({ ...draft, document: { ...draft.document, occurredAt: Number.MAX_SAFE_INTEGER } }, NAMES)
  expect(far.more[0]).toBe('发生时间：9999 年之后')
})

describe('what is done beside documents', () => {
  const said = (name: string): string => textOf(plainOfAct(readAct(actVector(name).act), NAMES))

  it('asks for goods', () => {
    const text = said('request')
    expect(text).toContain('西城库申请：\n口罩 · 9223372036854775807 盒\n2026年12月20日前要用\n特急\n替某单位申请\n原因：疫情\n备注：诊所缺货')
    expect(text).not.toMatch(/[0-9a-f]{20}|0x|Reallocation|授权/)
  })

  it('withdraws a request, and lets goods count for it', () => {
    useLanguage('en')
    expect(said('withdraw-request')).toBe(
      'This request is withdrawn. What is on its way for it still counts.\nWhy: we got it from elsewhere',
    )
    expect(said('show')).toMatch(/^To count for the request: .* sends to .*:\nbatch a1000000… · 1,234\n/)
  })

  it('says what no keeper does as exactly as it is signed', () => {
    expect(said('grant, nearest grant')).toContain('Directory')
  })
})

it('says why a document is undone in words of documents, and not of requests', () => {
  useLanguage('en')
  const draft = readDraft(vector('recorded reversal').draft)
  const said = (name: string): string => {
    const reason = reasonCode(name, 'reversal')!
    return textOf(plainOf({ ...draft, document: { ...draft.document, reason } }, NAMES))
  }
  expect(said('recorded-by-mistake')).toContain('recorded by mistake')
  expect(said('recorded-twice')).toContain('recorded twice')
  expect(said('recorded-by-mistake')).not.toContain('asked')
})
