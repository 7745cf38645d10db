import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'

import { i18n, useLanguage } from '@/i18n'
import DayField from '@/parts/DayField.vue'
import { session } from '@/session'
import TotalsView from '@/views/home/TotalsView.vue'

import { problem, serverAnswers } from '../../answers'

const BLOCK = { number: 48, hash: `0x${'4a'.repeat(32)}`, time: '2026-11-29T06:04:45Z' }
const totals = (place: string) => ({
  place,
  name: null,
  block: BLOCK,
  parts: [], totals: [{ item: '299010110001', item_name: null, unit: 'XBX', quantity: '1', free: '1', sites: 1, stale_sites: 1 }],
})
let view: VueWrapper
let router: Router

async function show(place: string): Promise<void> {
  router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:rest(.*)*', component: { template: '<i />' } }],
  })
  await router.push(`/totals?place=${place}`)
  view = mount(TotalsView, { global: { plugins: [i18n, router] } })
  await flushPromises()
}

beforeEach(() => {
  useLanguage('en')
  Object.assign(session, { who: null, isOver: false })
})
afterEach(() => view.unmount())

it('the sums of one district never stand below another', async () => {
  serverAnswers({
    'GET /v1/stock/totals/420102': totals('420102'),
    'GET /v1/stock/totals/420106': () => new TypeError('away'),
  })
  await show('420102')
  expect(view.find('table').text()).toContain('1 box')
  expect(view.find('table').text()).toContain('1 site')
  await router.replace('/totals?place=420106')
  await flushPromises()
  expect(view.find('table').exists()).toBe(false)
  expect(view.find('[role=alert]').text()).toContain('cannot be reached')
})

it('the day follows the address, as after going back', async () => {
  serverAnswers({ 'GET /v1/stock/totals/420102': totals('420102') })
  await show('420102')
  const day = () => view.findComponent(DayField).props('modelValue')
  await router.push('/totals?place=420102&day=2026-09-05')
  await flushPromises()
  expect(day()).toBe('2026-09-05')
  await router.replace('/totals?place=420102')
  await flushPromises()
  expect(day()).toBe('')
})

it('whose session ends is told to sign in for a place below districts', async () => {
  session.who = { account: 'ward', divisions: ['420102'], scopes: ['read'] }
  serverAnswers({
    'GET /v1/stock/totals/420102001': () => ({ status: 401, body: problem(401) }),
    'GET /v1/sign-in': { account: null, divisions: [], scopes: [] },
  })
  await show('420102001')
  expect(view.find('a').attributes('href')).toContain('/sign-in?to=/stock?place')
})
