import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, ref, type EffectScope } from 'vue'

import { useCategories } from '@/goods-categories'
import { useLanguage } from '@/i18n'

import { serverAnswers } from './answers'

const MASKS = '2990101'
const GLOVES = '2990104'
const NAMES: Record<string, ({ zh: string; en: string } | null)[]> = {
  [MASKS]: [{ zh: '外科口罩', en: 'Surgical masks' }, null, { zh: '防护口罩', en: 'Respirators' }, { zh: '面罩', en: 'Visors' }],
  [GLOVES]: [{ zh: '检查手套', en: 'Gloves' }],
}

function serving() {
  return serverAnswers({
    'GET /v1/items': ({ path }: { path: string }) => {
      const asked = new URLSearchParams(path.split('?')[1])
      const names = (NAMES[asked.get('category')!] ?? []).slice(0, Number(asked.get('limit')))
      return { body: { items: names.map((name) => ({ name })), next_after: null } }
    },
  })
}

let scope: EffectScope
const used = (numbers: () => readonly string[]) => scope.run(() => useCategories(numbers))!

beforeEach(() => (scope = effectScope()))

afterEach(() => {
  scope.stop()
  vi.unstubAllGlobals()
  useLanguage('zh')
})

describe('a category of goods', () => {
  it('is said by some of its goods in the language in force', async () => {
    useLanguage('en')
    serving()
    const categories = used(() => [MASKS, GLOVES])
    expect(categories.said(MASKS)).toBe('category 2990101')
    await flushPromises()
    expect(categories.said(MASKS)).toBe('Surgical masks, Respirators and others (category 2990101)')
    expect(categories.said(GLOVES)).toBe('Gloves (category 2990104)')
    expect(categories.goods(GLOVES)).toBe('Gloves')
    useLanguage('zh')
    await flushPromises()
    expect(categories.said(MASKS)).toBe('外科口罩、防护口罩等（类别 2990101）')
    expect(categories.said(GLOVES)).toBe('检查手套（类别 2990104）')
  })

  it('is a number where no item has a name, or items are not told', async () => {
    serving()
    const unnamed = used(() => ['2990999'])
    await flushPromises()
    expect([unnamed.said('2990999'), unnamed.goods('2990999')]).toEqual(['类别 2990999', ''])
    serverAnswers({ 'GET /v1/items': () => ({ status: 403 }) })
    const refused = used(() => [MASKS])
    await flushPromises()
    expect(refused.said(MASKS)).toBe('类别 2990101')
  })

  it('is asked for once, and nothing is asked where there is none', async () => {
    const asked = serving()
    const numbers = ref<string[]>([])
    used(() => numbers.value)
    await flushPromises()
    expect(asked.length).toBe(0)
    numbers.value = [GLOVES, MASKS, GLOVES]
    await flushPromises()
    expect(asked.map(({ path }) => new URLSearchParams(path.split('?')[1]).get('category'))).toEqual([MASKS, GLOVES])
  })
})
