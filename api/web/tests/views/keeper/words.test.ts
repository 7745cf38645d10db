import { describe, expect, it } from 'vitest'

import { isTechnical } from '@/signing/technical'
import { keeper } from '@/words/keeper'
import { signingActs } from '@/words/signing-acts'
import { signingDrafts } from '@/words/signing-drafts'
import { REASONS } from '@/views/keeper/parts/reasons'

/** Words of contracts and chains, which mean nothing to whoever keeps a store. */
const FORBIDDEN = {
  en: [
    ...['consignment', 'lot', 'lots', 'digest', 'hash', 'journal', 'grant', 'grants', 'chain', 'block', 'contract'],
    ...['transaction', 'nonce', 'ledger', 'draft', 'consent', 'base unit', 'base units', 'acceptance', 'dispatch'],
    ...['issue', 'receipt', 'settlement', 'consignee', 'proposal', 'record signature', 'index'],
  ],
  zh: [
    ...['在途单', '哈希', '摘要', '流水账', '授权', '链上', '区块', '合约', '交易', '账本', '草稿'],
    ...['基本单位', '期初', '核销', '验收', '发运'],
  ],
}

/** Fields of no form of a keeper, or which it fills in itself. */
const ASKED = new Set(['consignee', 'proposal'])

function textsOf(words: object): string[] {
  return Object.values(words).flatMap((word: unknown) =>
    typeof word === 'string' ? [word] : textsOf(word as object),
  )
}

describe('what a keeper reads', () => {
  const english = textsOf(keeper.en)
  const chinese = textsOf(keeper.zh)

  it('is a text for each in both languages', () => {
    expect(english.length).toBeGreaterThan(200)
    expect(chinese).toHaveLength(english.length)
    expect([...english, ...chinese].filter((text) => text.trim() === '')).toEqual([])
  })

  it('has no word of the contracts', () => {
    const found = english.filter((text) => FORBIDDEN.en.some((word) => new RegExp(`\\b${word}\\b`, 'i').test(text)))
    expect(found).toEqual([])
    expect(chinese.filter((text) => FORBIDDEN.zh.some((word) => text.includes(word)))).toEqual([])
  })

  it('has none where the server filled something in', () => {
    const isBad = (text: string): boolean => FORBIDDEN.en.some((word) => new RegExp(`\\b${word}\\b`, 'i').test(text))
    const names = [...Object.entries(signingDrafts.en.fields), ...Object.entries(signingActs.en.fields)]
    const open = names.filter(([name]) => !isTechnical(`signingDrafts.fields.${name}`))
    // Whose goods they are and what they were asked for is said by the form.
    expect(open.filter(([name, text]) => !ASKED.has(name) && isBad(text))).toEqual([])
  })

  it('has no name of a state', () => {
    expect([...english, ...chinese].filter((text) => /\b[A-Z]{4,}\b/.test(text))).toEqual([])
  })

  it('keeps the same places for values in both languages', () => {
    const places = (text: string): string => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort().join()
    expect(chinese.map(places)).toEqual(english.map(places))
  })

  it('names every reason that may be chosen', () => {
    const missing = Object.values(REASONS).flat().filter((name) => !(name in keeper.zh.reasons))
    expect(missing).toEqual([])
  })
})
