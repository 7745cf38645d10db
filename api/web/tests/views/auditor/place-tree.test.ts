import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defineComponent, h } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'

import { i18n, useLanguage } from '@/i18n'
import { session } from '@/session'
import { useKnownPlaces } from '@/views/auditor/stock/known'
import PlaceTree from '@/views/auditor/stock/PlaceTree.vue'

import { serverAnswers } from '../../answers'

const row = (division: string) => ({ division, name: null, is_closed: false })
const CITY = { ...row('4201'), above: [], children: [row('420102'), row('420106')], next_after: null }
const EAST = { ...row('420102'), above: [row('4201')], children: [row('420102001')], next_after: null }
let view: VueWrapper

async function show(chosen = '4201', at = '/stock', code = '4201'): Promise<void> {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/stock', name: 'stock', component: { template: '<div />' } },
      { path: '/stock/sites/:site', name: 'site', component: { template: '<div />' } },
    ],
  })
  await router.push(at)
  const View = defineComponent(() => {
    const known = useKnownPlaces()
    return () => h('ul', [h(PlaceTree, { code, chosen, known })])
  })
  view = mount(View, { global: { plugins: [i18n, router] } })
  await flushPromises()
}
const twist = (place: string) => view.findAll('button').find((each) => each.attributes('aria-label')?.includes(place))!
const press = async (place: string) => {
  await twist(place).trigger('click')
  await flushPromises()
}

beforeEach(() => {
  session.who = { account: 'ward', divisions: ['4201'], scopes: ['read'] }
  useLanguage('en')
})
afterEach(() => view.unmount())

describe('a place in the tree', () => {
  it('opens and closes', async () => {
    serverAnswers({ 'GET /v1/divisions/4201': CITY, 'GET /v1/divisions/420102': EAST })
    await show()
    await press('420102')
    expect([view.text().includes('420102001'), twist('420102').attributes('aria-expanded')]).toEqual([true, 'true'])
    await press('420102')
    expect(view.text()).not.toContain('420102001')
  })

  it('leads to a site as of the day that was chosen', async () => {
    const community = { ...row('420102001001'), above: [row('4201')], children: [], next_after: null }
    serverAnswers({
      'GET /v1/divisions/420102001001': community,
      'GET /v1/sites': { sites: [{ site: '420102001001101', name: null, is_closed: false }], next_after: null },
    })
    await show('420102001001', '/stock?as_of=2026-09-05', '420102001001')
    expect(view.get('a.site').attributes('href')).toBe('/stock/sites/420102001001101?as_of=2026-09-05')
  })

  it('whose sites the account does not read is not said to have none', async () => {
    session.who = { account: 'ward', divisions: ['420102001002'], scopes: ['read'] }
    serverAnswers({
      'GET /v1/divisions/420102001001': { ...row('420102001001'), level: 'community', above: [], children: [], next_after: null },
    })
    await show('420102001001', '/stock', '420102001001')
    expect(view.text()).toContain('your account does not read')
    expect(view.text()).not.toContain('Nothing is registered')
  })

  it('that cannot be opened says why, and can be opened later', async () => {
    serverAnswers({ 'GET /v1/divisions/4201': CITY, 'GET /v1/divisions/420102': () => new TypeError('away') })
    await show()
    await press('420102')
    expect(view.find('[role=alert]').text()).toContain('cannot be reached')
    expect(twist('420102').attributes('aria-expanded')).toBe('false')
    serverAnswers({ 'GET /v1/divisions/420102': EAST })
    await press('420102')
    expect([view.find('[role=alert]').exists(), view.text().includes('420102001')]).toEqual([false, true])
  })

  it('says nothing where the view does', async () => {
    serverAnswers({ 'GET /v1/divisions/4201': () => new TypeError('away') })
    await show()
    expect(view.find('[role=alert]').exists()).toBe(false)
  })
})
