import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Component } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'

import { i18n, useLanguage } from '@/i18n'
import SearchView from '@/views/home/SearchView.vue'
import TotalsView from '@/views/home/TotalsView.vue'
import VerdictView from '@/views/home/VerdictView.vue'

import { BLOCK, VALID, verdictOf } from '../officer/answers'

vi.setConfig({ testTimeout: 20_000 }) // whole views, on a machine that does other things too

let asked: string[] = []
let answer: { status: number; body: object }

beforeEach(() => {
  useLanguage('zh')
  asked = []
  vi.stubGlobal('fetch', (path: string) => {
    asked.push(path)
    return Promise.resolve(new Response(JSON.stringify(answer.body), { status: answer.status }))
  })
})
afterEach(() => vi.unstubAllGlobals())

async function opened(view: Component, path: string): Promise<VueWrapper> {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/suppliers/:id', name: 'supplier', component: { template: '<p />' } },
      { path: '/:rest(.*)*', component: { template: '<p />' } },
    ],
  })
  await router.push(path)
  const wrapper = mount(view, { global: { plugins: [i18n, router] } })
  await flushPromises()
  return wrapper
}

describe('a verdict for anybody', () => {
  beforeEach(() => (answer = { status: 200, body: verdictOf(VALID, VALID) }))

  it('is asked for once the fields are right', async () => {
    const wrapper = await opened(VerdictView, '/verdict')
    await wrapper.find('form').trigger('submit')
    expect(wrapper.find('[role=alert]').text()).toContain('尚未填写')
    await wrapper.find('form input').setValue('91420100MA4KXMPL1C')
    await wrapper.find('form').trigger('submit')
    expect(wrapper.find('[role=alert]').text()).toContain('GB 32100-2015')
    expect(asked).toEqual([])
    await wrapper.find('form input').setValue('91420100MA4KXMPL1B')
    await wrapper.find('form').trigger('submit')
    await flushPromises()
    await vi.waitFor(() => expect(asked).toEqual(['/v1/suppliers/91420100MA4KXMPL1B/verdict?category=1']))
  })

  it('is asked for by the address alone, so that a link can be handed on', async () => {
    const wrapper = await opened(VerdictView, '/verdict?code=91420100MA4KXMPL1B&category=1&day=2026-09-20')
    expect(asked).toEqual([
      `/v1/suppliers/91420100MA4KXMPL1B/verdict?category=1&at=${encodeURIComponent('2026-09-20T23:59:59+08:00')}`,
    ])
    expect(wrapper.find('h2').text()).toBe('样例康护用品厂')
  })

  it('is not asked for of what is no day, which stays as it was typed', async () => {
    const wrapper = await opened(VerdictView, '/verdict?code=91420100MA4KXMPL1B&category=1&day=2026-02-30')
    await wrapper.find('form').trigger('submit')
    expect(wrapper.find('[role=alert]').text()).toContain('“2026-02-30”不是历法中的日期')
    const field = wrapper.find<HTMLInputElement>('input[inputmode=numeric][placeholder*="2026"]')
    await field.setValue('20/09/2026')
    await field.trigger('blur')
    await wrapper.find('form').trigger('submit')
    expect(wrapper.find('[role=alert]').text()).toContain('“20/09/2026”不是可识别的日期')
    expect(field.element.value).toBe('20/09/2026')
    expect(asked).toEqual([])
    await field.setValue('2026年9月20日')
    await field.trigger('keydown', { key: 'Enter' })
    await wrapper.find('form').trigger('submit')
    await vi.waitFor(() => expect(asked[0]).toContain(encodeURIComponent('2026-09-20T23:59:59+08:00')))
  })

  it('of a supplier that nobody registered says that nothing is known', async () => {
    answer.body = { ...verdictOf(VALID, VALID), is_registered: false, name: null }
    const wrapper = await opened(VerdictView, '/verdict?code=91420100MA4KXMPL1B&category=1')
    expect(wrapper.find('.notice-doubt').text()).toContain('没有该供应商的记录')
  })
})

describe('totals for anybody', () => {
  const TOTAL = {
    item: '299010110001',
    item_name: { zh: '医用外科口罩(盒)', en: 'Surgical masks (box)' },
    unit: 'XBX',
    quantity: '9223372036854775807',
    free: '9223372036854775800',
    sites: 4,
    stale_sites: 1,
  }
  beforeEach(
    () =>
      (answer = {
        status: 200,
        body: { place: '420102', level: 'district', name: null, as_of: null, counts_at: BLOCK.time, totals: [TOTAL], parts: [], block: BLOCK },
      }),
  )

  it('are asked for once the code is right, and what is not public is said before', async () => {
    const wrapper = await opened(TotalsView, '/totals')
    await wrapper.find('form input').setValue('420102001')
    await wrapper.find('form').trigger('submit')
    expect(wrapper.find('[role=alert]').text()).toContain('不公开')
    expect(asked).toEqual([])
    await wrapper.find('form input').setValue('420102')
    await wrapper.find('form').trigger('submit')
    await vi.waitFor(() => expect(asked).toEqual(['/v1/stock/totals/420102']))
  })

  it('keep every digit, and tell what is not usable', async () => {
    const wrapper = await opened(TotalsView, '/totals?place=420102')
    const row = wrapper.find('tbody tr').text()
    expect(row).toContain('9,223,372,036,854,775,807 盒')
    expect(row).toContain('7 盒')
    expect(row).toContain('1 个储备点')
  })

  it('are found without a code: from the country down, and up again', async () => {
    const part = { place: '4201', level: 'city', name: { zh: '武汉市', en: 'Wuhan' } }
    answer.body = { ...answer.body, place: '42', parts: [part] }
    const wrapper = await opened(TotalsView, '/totals?day=2026-09-20')
    expect(wrapper.find('.empty a').attributes('href')).toBe('/totals?day=2026-09-20&place=0')
    await wrapper.find('.empty a').trigger('click')
    await vi.waitFor(() => expect(wrapper.find('nav').exists()).toBe(true))
    expect(wrapper.find('input').element.value).toBe('0')
    expect(wrapper.findAll('nav a').map((each) => [each.text(), each.attributes('href')])).toEqual([
      ['全国', '/totals?day=2026-09-20&place=0'],
      ['武汉市', '/totals?day=2026-09-20&place=4201'],
    ])
  })

  it('lead on from a place that holds nothing itself', async () => {
    answer.body = { ...answer.body, totals: [], parts: [{ place: '420103', level: 'district', name: null }] }
    const wrapper = await opened(TotalsView, '/totals?place=4201')
    expect(wrapper.find('.empty').text()).toContain('没有储备')
    expect(wrapper.findAll('nav a').map((each) => each.text())).toContain('420103')
  })

  it('say that nothing compared them, and what can be verified', async () => {
    const wrapper = await opened(TotalsView, '/totals?place=420102')
    expect(wrapper.text()).toContain('未在此处核对')
    expect(wrapper.findAll('a').map((each) => each.attributes('href'))).toContain('/verify')
  })

  it('are not asked for of a day that has not come', async () => {
    for (const [day, told] of [['2999-01-01', '尚未到来'], ['1', '不是可识别的日期']] as const) {
      const wrapper = await opened(TotalsView, `/totals?place=420102&day=${day}`)
      await wrapper.find('form').trigger('submit')
      expect(wrapper.find('[role=alert]').text()).toContain(told)
      expect(asked).toEqual([])
    }
  })
})

describe('a search without an account', () => {
  it('is refused with a way to sign in, and leads to what is public', async () => {
    answer = { status: 401, body: { title: '未提供有效身份', detail: '不公开', type: 'urn:shecang:problem:not-signed-in' } }
    const wrapper = await opened(SearchView, '/search?q=91420100MA4KXMPL1B')
    const links = wrapper.findAll('a').map((each) => each.attributes('href'))
    expect(links.some((each) => each?.startsWith('/sign-in'))).toBe(true)
    expect(links).toContain('/verdict?code=91420100MA4KXMPL1B')
  })
})
