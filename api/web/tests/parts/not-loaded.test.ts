import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { h } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'

import { i18n, useLanguage } from '@/i18n'
import { loadPage } from '@/load-page'
import { lazily } from '@/parts/lazily'
import NotLoaded from '@/parts/NotLoaded.vue'

import { serverAnswers } from '../answers'
import { violations } from '../axe'

vi.mock('@/load-page')

let view: VueWrapper

async function show(part: Parameters<typeof h>[0], props: object = {}): Promise<void> {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:rest(.*)*', component: { template: '<i />' } }],
  })
  await router.push('/keys?a=1')
  view = mount({ render: () => h('main', [h(part as never, props)]) }, { global: { plugins: [i18n, router] }, attachTo: document.body })
  await flushPromises()
}
const again = async () => {
  await view.find('button').trigger('click')
  await flushPromises()
}

beforeEach(() => {
  useLanguage('en')
  vi.mocked(loadPage).mockReset()
})
afterEach(() => {
  view.unmount()
  vi.unstubAllGlobals()
})

describe('what has not come', () => {
  it('is loaded anew where the user is, or wanted to go, once the server answers', async () => {
    serverAnswers({ 'GET /v1/sign-in': { account: null } })
    await show(NotLoaded)
    expect(await violations(view.element)).toEqual([])
    await again()
    expect(loadPage).toHaveBeenLastCalledWith('/keys?a=1')
    view.unmount()
    await show(NotLoaded, { at: '/stock' })
    await again()
    expect(loadPage).toHaveBeenLastCalledWith('/stock')
  })

  it('is said again while the server is away', async () => {
    serverAnswers({ 'GET /v1/sign-in': () => new TypeError('away') })
    await show(NotLoaded)
    const before = view.find('[role=alert]').element
    await again()
    expect(loadPage).not.toHaveBeenCalled()
    expect(view.find('[role=alert]').element).not.toBe(before) // a screen reader reads a new one
  })
})

describe('a part that comes when it is shown', () => {
  it('is shown', async () => {
    await show(lazily(async () => ({ default: { render: () => h('p', 'here') } })))
    expect(view.text()).toBe('here')
  })

  it('says in its place that it has not come', async () => {
    await show(lazily(() => Promise.reject(new TypeError('away'))))
    expect(view.find('[role=alert]').text()).toContain('has not come')
  })
})
