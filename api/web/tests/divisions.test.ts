import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, type EffectScope } from 'vue'

import { useDivisions } from '@/divisions'
import { useLanguage } from '@/i18n'

import { serverAnswers } from './answers'

let scope: EffectScope
const used = (codes: () => readonly string[]) => scope.run(() => useDivisions(codes))!

beforeEach(() => {
  scope = effectScope()
  useLanguage('zh')
})
afterEach(() => {
  scope.stop()
  vi.unstubAllGlobals()
})

describe('a division', () => {
  it('is said by its name with the code, by the code alone where no name is proved', async () => {
    serverAnswers({
      'GET /v1/divisions/420102': { name: { zh: '江岸区', en: "Jiang'an" } },
      'GET /v1/divisions/4201': { name: null },
    })
    const divisions = used(() => ['420102', '4201', '0'])
    expect(divisions.said('420102')).toBe('420102')
    await flushPromises()
    expect(['420102', '4201', '0'].map(divisions.said)).toEqual(['江岸区（420102）', '4201', '全国'])
    useLanguage('en')
    await flushPromises()
    expect(divisions.said('420102')).toBe("Jiang'an (420102)")
  })

  it('is asked for once, and again after a failure', async () => {
    serverAnswers({ 'GET /v1/divisions/420103': () => new Error('down') })
    const before = used(() => ['420103'])
    await flushPromises()
    expect(before.said('420103')).toBe('420103')
    scope.stop()
    scope = effectScope()
    const asked = serverAnswers({ 'GET /v1/divisions/420103': { name: { zh: '江汉区', en: 'Jianghan' } } })
    const [one, two] = [used(() => ['420103']), used(() => ['420103'])]
    await flushPromises()
    expect([one.said('420103'), two.said('420103')]).toEqual(['江汉区（420103）', '江汉区（420103）'])
    expect(asked).toHaveLength(1)
  })

  it('of the country is asked for of nobody', async () => {
    const asked = serverAnswers({})
    expect(used(() => ['0']).said('0')).toBe('全国')
    await flushPromises()
    expect(asked).toEqual([])
  })
})
