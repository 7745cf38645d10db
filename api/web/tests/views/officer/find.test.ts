import { flushPromises, mount, RouterLinkStub } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'

import { i18n, useLanguage } from '@/i18n'
import FileDrop from '@/parts/FileDrop.vue'
import FindByCertificate from '@/views/officer/FindByCertificate.vue'
import FindByCode from '@/views/officer/FindByCode.vue'

import { BLOCK, ISSUER, QUALIFICATION, SUPPLIER } from './answers'

const DIGEST = '0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' // of "abc"
const ROW = {
  qualification: QUALIFICATION,
  supplier: SUPPLIER,
  supplier_name: { zh: '样例康护用品厂', en: 'Sample Sound Supplies' },
  issuer: ISSUER,
  issuer_name: null,
  category: 1,
  status: 'revoked',
  is_in_date: true,
  valid_from: null,
  valid_until: null,
  grade: null,
}

let asked: { path: string; body: unknown }[] = []
let rows: object[] = []

function routes(): Router {
  const component = { template: '<p />' }
  return createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/', component },
      { path: '/suppliers/:id', name: 'supplier', component },
    ],
  })
}

beforeEach(() => {
  useLanguage('zh')
  asked = []
  rows = [ROW]
  vi.stubGlobal('fetch', (path: string, options: RequestInit) => {
    asked.push({ path, body: options.body })
    const body = { at: BLOCK.time, qualifications: rows, next_after: null, block: BLOCK }
    return Promise.resolve(new Response(JSON.stringify(body)))
  })
})
afterEach(() => vi.unstubAllGlobals())

describe('a supplier by its certificate file', () => {
  async function taken(content: string): Promise<ReturnType<typeof mount>> {
    const wrapper = mount(FindByCertificate, { global: { plugins: [i18n], stubs: { RouterLink: RouterLinkStub } } })
    wrapper.findComponent(FileDrop).vm.$emit('take', new File([content], 'certificate.pdf'))
    await vi.waitFor(() => expect(wrapper.text()).toContain('certificate.pdf'))
    await flushPromises()
    return wrapper
  }

  it('asks by the digest alone: nothing of the file is sent', async () => {
    const wrapper = await taken('abc')
    await vi.waitFor(() => expect(asked).toEqual([{ path: `/v1/qualifications?certificate=${DIGEST}`, body: undefined }]))
    await flushPromises()
    expect(wrapper.text()).toContain('样例康护用品厂')
    expect(wrapper.find('li .wrong').text()).toBe('已撤销')
  })

  it('says so where no qualification carries the file', async () => {
    rows = []
    const wrapper = await taken('abd')
    await vi.waitFor(() => expect(wrapper.find('.notice-wrong').text()).toContain('没有任何资质使用该文件'))
  })

  it('asks nothing of an empty file', async () => {
    const wrapper = await taken('')
    expect(wrapper.find('[role=alert]').text()).toContain('文件为空')
    expect(asked).toEqual([])
  })
})

describe('a supplier by its code', () => {
  it('is not asked for before the code is right, and what was typed stays', async () => {
    const router = routes()
    const push = vi.spyOn(router, 'push')
    const wrapper = mount(FindByCode, { global: { plugins: [i18n, router] } })
    await wrapper.find('input').setValue('91420100MA4KXMPL1C')
    await wrapper.find('form').trigger('submit')
    expect(wrapper.find('[role=alert]').text()).toContain('应为 B')
    expect(wrapper.find('input').attributes('aria-invalid')).toBe('true')
    expect(wrapper.find('input').element.value).toBe('91420100MA4KXMPL1C')
    expect(push).not.toHaveBeenCalled()
    await wrapper.find('input').setValue('91420100ma4kxmpl1b')
    await wrapper.find('form').trigger('submit')
    expect(push).toHaveBeenCalledWith({ name: 'supplier', params: { id: '91420100MA4KXMPL1B' } })
  })
})
