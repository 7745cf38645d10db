import { flushPromises, mount, RouterLinkStub, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { i18n, useLanguage } from '@/i18n'
import FindByName from '@/views/officer/FindByName.vue'

import { problem } from '../../answers'

import { BLOCK, SUPPLIER } from './answers'

const NONE = '没有名称含此内容的供应商'
const LIST = {
  suppliers: [{ supplier: SUPPLIER, name: { zh: '样例康护用品厂', en: 'Sample' }, qualification_count: 1 }],
  next_after: null,
  block: BLOCK,
}

let search: () => Promise<Response>
let view: VueWrapper

beforeEach(async () => {
  useLanguage('zh')
  vi.stubGlobal('fetch', (path: string) =>
    path.startsWith('/v1/search') ? search() : Promise.resolve(new Response(JSON.stringify(LIST))),
  )
  view = mount(FindByName, { global: { plugins: [i18n], stubs: { RouterLink: RouterLinkStub } } })
  await flushPromises()
})
afterEach(() => {
  view.unmount()
  vi.unstubAllGlobals()
})

async function sought(answer: () => Promise<Response>): Promise<void> {
  search = answer
  await view.find('input').setValue('不在列表中')
  await view.find('form').trigger('submit')
  await flushPromises()
}

describe('a name that the list has not', () => {
  it('is not said to be nowhere while it is still looked for', async () => {
    await sought(() => new Promise(() => undefined))
    expect(view.text()).toContain('正在全部供应商中查找')
    expect(view.text()).not.toContain(NONE)
  })

  it('is not said to be nowhere before it was looked for', async () => {
    search = () => Promise.reject(new Error('is asked a moment later'))
    await view.find('input').setValue('不在列表中')
    expect(view.text()).not.toContain(NONE)
  })

  it.each([
    ['refused', () => Promise.resolve(new Response(JSON.stringify(problem(429)), { status: 429 }))],
    ['out of reach', () => Promise.reject(new TypeError('Failed to fetch'))],
  ])('is not said to be nowhere where the search is %s, which is said', async (_what, answer) => {
    await sought(answer)
    expect(view.find('[role=alert]').exists()).toBe(true)
    expect(view.text()).not.toContain(NONE)
  })

  it('is nowhere once the server has said so', async () => {
    const found = { q: 'x', recognised: [], results: [], is_more: false, is_complete: true, block: BLOCK }
    await sought(() => Promise.resolve(new Response(JSON.stringify(found))))
    expect(view.text()).toContain(NONE)
  })
})
