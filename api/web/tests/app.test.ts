import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'

import App from '@/App.vue'
import { i18n, useLanguage } from '@/i18n'
import { session } from '@/session'

import { violations } from './axe'

const View = { template: '<h1 tabindex="-1">A view</h1>' }
let view: VueWrapper
let router: Router

beforeEach(async () => {
  Object.assign(session, { who: null, isOver: false })
  localStorage.clear()
  useLanguage('en')
  router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:rest(.*)*', component: View, meta: { title: 'common.notFound' } }],
  })
  await router.push('/')
  view = mount(App, { global: { plugins: [i18n, router] }, attachTo: document.body })
  await flushPromises()
})
afterEach(() => view.unmount())
const links = () => view.findAll('nav a').map((each) => each.text())

describe('the frame', () => {
  it('leads where the public may go, and whoever signs in further', async () => {
    expect(links()).toEqual(['Check', 'Keys', 'Sign in'])
    session.who = { account: 'ward', divisions: ['420102'], scopes: ['read'] }
    await flushPromises()
    expect(links()).toEqual(['Check', 'Suppliers', 'Stock', 'Audit', 'My site', 'District', 'To sign', 'Keys', 'Account'])
  })

  it('leads to signing in once the session is over', async () => {
    session.who = { account: 'ward', divisions: ['420102'], scopes: ['read'] }
    session.isOver = true
    await flushPromises()
    expect(links()).toEqual(['Check', 'Keys', 'Sign in'])
  })

  it('changes the language, which the browser remembers', async () => {
    await view.find('.language').trigger('click')
    expect([document.documentElement.lang, links()[0], localStorage.getItem('shecang.language')]).toEqual([
      'zh-CN',
      '查验',
      'zh',
    ])
    expect(document.title).toContain('社仓')
  })

  it('searches for what is typed, and for nothing where that is nothing', async () => {
    await view.find('[role=search] input').setValue('   ')
    await view.find('[role=search]').trigger('submit')
    await flushPromises()
    expect(router.currentRoute.value.fullPath).toBe('/')
    await view.find('[role=search] input').setValue(' 口罩 ')
    await view.find('[role=search]').trigger('submit')
    await flushPromises()
    expect(router.currentRoute.value).toMatchObject({ path: '/search', query: { q: '口罩' } })
  })

  it('reads a new view out, and closes the menu', async () => {
    await view.find('.menu-button').trigger('click')
    expect(view.find('.menu-button').attributes('aria-expanded')).toBe('true')
    await router.push('/keys')
    await flushPromises()
    expect(view.find('.menu-button').attributes('aria-expanded')).toBe('false')
    expect(document.activeElement?.tagName).toBe('H1')
  })

  it('says where there is no connection', async () => {
    dispatchEvent(new Event('offline'))
    await flushPromises()
    expect(view.find('.offline-bar').text()).toContain('no connection')
    dispatchEvent(new Event('online'))
    await flushPromises()
    expect(view.find('.offline-bar').exists()).toBe(false)
  })

  it('has nothing amiss for whoever hears the page', async () => {
    expect(await violations(document.body)).toEqual([])
  })
})
