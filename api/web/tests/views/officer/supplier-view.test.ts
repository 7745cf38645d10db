import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'

import { i18n, useLanguage } from '@/i18n'
import FileDrop from '@/parts/FileDrop.vue'
import SupplierView from '@/views/officer/SupplierView.vue'

import { BLOCK, CERTIFICATE, ISSUER, NOTHING, QUALIFICATION, qualificationOf, SUPPLIER, VALID, verdictOf } from './answers'

const CODE = '91420100MA4KXMPL1B'
const NAME = { zh: '样例康护用品厂', en: 'Sample Sound Supplies' }
const REVOKED = { ...VALID, status: 'revoked', is_revoked: true } as const
const ROW = {
  qualification: QUALIFICATION,
  supplier: SUPPLIER,
  supplier_name: NAME,
  issuer: ISSUER,
  issuer_name: VALID.issuer_name,
  category: 3,
  status: 'revoked',
  is_in_date: true,
  valid_from: VALID.valid_from,
  valid_until: VALID.valid_until,
  grade: 'A',
}

vi.setConfig({ testTimeout: 20_000 }) // whole views, on a machine that does other things too

let asked: string[] = []
let answers: Record<string, object> = {}

beforeEach(() => {
  useLanguage('zh')
  asked = []
  answers = {
    [`/v1/suppliers/${CODE}/deliveries`]: { deliveries: [], sums: [], next_after: null, block: BLOCK },
    [`/v1/suppliers/${CODE}/verdict`]: verdictOf(VALID, REVOKED),
    [`/v1/suppliers/${CODE}`]: { supplier: SUPPLIER, code: CODE, name: NAME, qualifications: [], block: BLOCK },
    [`/v1/qualifications/${QUALIFICATION}`]: qualificationOf({ now: { ...REVOKED, reason: 'certificate-invalid' } }),
    '/v1/qualifications': { at: BLOCK.time, qualifications: [ROW], next_after: null, block: BLOCK },
  }
  vi.stubGlobal('fetch', (path: string) => {
    asked.push(path)
    const found = answers[path.split('?')[0] ?? '']
    return Promise.resolve(new Response(JSON.stringify(found ?? { title: '未找到' }), { status: found ? 200 : 404 }))
  })
})
afterEach(() => vi.unstubAllGlobals())

async function opened(query = ''): Promise<VueWrapper> {
  const component = { template: '<p />' }
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/suppliers/:id', component },
      { path: '/:rest(.*)*', component },
    ],
  })
  await router.push(`/suppliers/${CODE}${query}`)
  const wrapper = mount(SupplierView, { global: { plugins: [i18n, router] } })
  await vi.waitFor(() => expect(wrapper.find('h2#chain, [role=alert]').exists()).toBe(true))
  await flushPromises()
  return wrapper
}

describe('the view of a supplier', () => {
  it('names the code for what it is', async () => {
    expect((await opened()).get('.page-title').text()).toContain(`统一社会信用代码 ${CODE}`)
    const lei = '5493001KJTIIGC8Y1R17'
    answers[`/v1/suppliers/${CODE}`] = { supplier: SUPPLIER, code: lei, name: NAME, qualifications: [], block: BLOCK }
    expect((await opened()).get('.page-title').text()).toContain(`全球法人识别编码（LEI） ${lei}`)
  })

  it('judges it for the category that it has a qualification of, once', async () => {
    await opened()
    expect(asked.filter((path) => path.includes('/verdict'))).toEqual([`/v1/suppliers/${CODE}/verdict?category=3`])
  })

  it('asks everything as of the end of the chosen day', async () => {
    await opened('?day=2026-09-20')
    const at = encodeURIComponent('2026-09-20T23:59:59+08:00')
    expect(asked).toContain(`/v1/suppliers/${CODE}/verdict?category=3&at=${at}`)
    expect(asked).toContain(`/v1/qualifications/${QUALIFICATION}?at=${at}`)
    expect(asked).toContain(`/v1/suppliers/${CODE}/deliveries?as_of=${at}`)
  })

  it('shows what it was then beside what it is now, with the reason', async () => {
    const wrapper = await opened()
    expect(wrapper.findAll('[data-status]').map((each) => each.attributes('data-status'))).toEqual(['valid', 'revoked'])
    expect(wrapper.text()).toContain('已撤销：证书无效')
  })

  it('leads up to the root, and marks the link that broke', async () => {
    const wrapper = await opened()
    expect(wrapper.findAll('[data-step]').map((each) => each.attributes('data-step'))).toEqual([
      'supplier',
      'qualification',
      'issuer',
      'accreditation',
      'root',
    ])
    expect(wrapper.find('[data-step=qualification] .wrong').text()).toBe('已撤销')
    expect(wrapper.find('[data-step=accreditation] .right').exists()).toBe(true)
  })

  it('says where nothing is known, and nothing in green', async () => {
    answers[`/v1/suppliers/${CODE}/verdict`] = verdictOf(NOTHING, NOTHING)
    answers['/v1/qualifications'] = { at: BLOCK.time, qualifications: [], next_after: null, block: BLOCK }
    const wrapper = await opened()
    expect(wrapper.findAll('.right, .notice-right')).toHaveLength(0)
    expect(asked).toContain(`/v1/suppliers/${CODE}/verdict?category=1`)
  })

  it('refuses an unknown supplier in the server’s words', async () => {
    delete answers[`/v1/suppliers/${CODE}`]
    const wrapper = await opened()
    expect(wrapper.find('[role=alert]').text()).toContain('未找到')
  })

  it('shows the refusal where its qualifications cannot be read, and what was asked for all the same', async () => {
    delete answers['/v1/qualifications']
    const wrapper = await opened()
    expect(wrapper.findAll('[role=alert]').map((each) => each.text()).join()).toContain('未找到')
    const asked = await opened('?category=3')
    await vi.waitFor(() => expect(asked.findAll('[data-status]')).toHaveLength(2))
    expect(asked.find('[role=alert]').exists()).toBe(true)
  })

  it('names the block of the verdict, on paper too', async () => {
    answers[`/v1/suppliers/${CODE}`] = { ...answers[`/v1/suppliers/${CODE}`], block: { ...BLOCK, number: 23 } }
    const wrapper = await opened()
    expect(wrapper.find('.page-title').text()).toContain('第 24 个区块')
    expect(wrapper.find('.printed-from').text()).toContain('第 24 个区块')
  })

  it('never shows the certificate as unchanged without a file', async () => {
    const wrapper = await opened()
    expect(wrapper.text()).not.toContain(CERTIFICATE)
    expect(wrapper.findAll('tbody tr')[0]?.findAll('[data-state=unknown]')).toHaveLength(2)
  })

  it.each([
    ['abc', 'right'],
    ['abd', 'wrong'],
  ])('compares the file in hand with the recorded certificate: %s is %s', async (content, state) => {
    const certificate = '0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' // of "abc"
    answers[`/v1/qualifications/${QUALIFICATION}`] = qualificationOf({ certificate })
    const wrapper = await opened()
    const before = asked.length
    wrapper.findComponent(FileDrop).vm.$emit('take', new File([content], 'certificate.pdf'))
    await vi.waitFor(() => expect(wrapper.findAll(`tbody tr:first-child [data-state=${state}]`)).toHaveLength(2))
    expect(asked).toHaveLength(before) // nothing of it was sent
  })
})
