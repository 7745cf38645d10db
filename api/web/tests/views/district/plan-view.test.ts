import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'

import { i18n, useLanguage } from '@/i18n'
import { session } from '@/session'
import ActFlow from '@/views/district/ActFlow.vue'
import PlanView from '@/views/district/PlanView.vue'
import { district } from '@/words/district'

import { late, serverAnswers } from '../../answers'

const division = (code: string) => ({ division: code, name: null, is_closed: false, above: [], children: [], next_after: null })
const PLAN = {
  plan: 'p1',
  place: '420102',
  proposals: [],
  requests: 7,
  total: 0,
  unfilled: 0,
  next_after: 5,
  kept_until: '2026-11-30T00:00:00Z',
  block: { number: 48, hash: `0x${'4a'.repeat(32)}`, time: '2026-11-29T06:04:45Z' },
}
const PLACES = {
  'GET /v1/divisions/420102': division('420102'),
  'GET /v1/divisions/420106': division('420106'),
}
const words = district.en.plan
let view: VueWrapper
let router: Router

beforeEach(async () => {
  useLanguage('en')
  localStorage.clear()
  session.who = { account: 'ward', divisions: ['420102', '420106'], scopes: ['read'] }
  serverAnswers({
    ...PLACES,
    'POST /v1/proposals/plans': PLAN,
    'GET /v1/proposals/plans/p1': PLAN,
    'GET /v1/proposals/plans/p1/unfilled': { unfilled: [], next_after: null, block: PLAN.block },
  })
  router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:rest(.*)*', component: { template: '<i />' } }],
  })
  await router.push('/district/plan?division=420102')
  view = mount(PlanView, { global: { plugins: [i18n, router] } })
  await flushPromises()
})
afterEach(() => view.unmount())
const press = async (key: string) => {
  await view.findAll('button').find((each) => each.text() === i18n.global.t(key))!.trigger('click')
  await flushPromises()
}

describe('a plan', () => {
  it('says where more of it did not come', async () => {
    await press('district.plan.make')
    expect(view.text()).toContain('Open requests: 7')
    serverAnswers({ ...PLACES, 'GET /v1/proposals/plans/p1': () => new TypeError('away') })
    await press('common.more')
    expect(view.find('[role=alert]').text()).toContain('cannot be reached')
  })

  it('that is made again and is the same is read again, since it is kept longer', async () => {
    await press('district.plan.make')
    const kept = { ...PLAN, requests: 8 }
    serverAnswers({ ...PLACES, 'POST /v1/proposals/plans': kept, 'GET /v1/proposals/plans/p1': kept })
    await press('district.plan.again')
    expect(view.text()).toContain('Open requests: 8')
  })

  it('is signed only as it is shown, and said not to be compared with what was typed', async () => {
    const lots = [
      { lot: 'ab'.repeat(20), quantity: '200' },
      { lot: 'cd'.repeat(20), quantity: '100' },
    ]
    const form = { act: 'propose', client_id: '0x00', request: 'r', giver: 'g', lots, anchor: '0x00' }
    const names = { giver_name: null, receiver_name: null, item_name: null }
    const goods = { item: 'i', unit: 'H87', quantity: '300' }
    const row = { number: 1, request: 'r', giver: 'g', receiver: 'w', ...names, ...goods }
    for (const [other, isOffered] of [
      [{}, true],
      [{ giver: 'x' }, false],
      [{ request: 'x' }, false],
      [{ lots: lots.slice(1) }, false],
    ] as const) {
      const proposals = [{ ...row, form: { ...form, ...other }, is_covered: true, sentences: [] }]
      const plan = { ...PLAN, total: 1, next_after: null, proposals }
      serverAnswers({ ...PLACES, 'POST /v1/proposals/plans': plan, 'GET /v1/proposals/plans/p1': plan })
      await press(view.text().includes(words.again) ? 'district.plan.again' : 'district.plan.make')
      const buttons = view.findAll('button').map((each) => each.text())
      expect(buttons.includes(words.propose)).toBe(isOffered)
      expect(view.text().includes(words.formDiffers)).toBe(!isOffered)
      if (!isOffered) continue
      await press('district.plan.propose')
      expect(view.getComponent(ActFlow).props('isServers')).toBe(true)
    }
  })

  it('that comes late does not stand below another division', async () => {
    const plan = late()
    const server = globalThis.fetch
    vi.stubGlobal('fetch', (path: string, options: RequestInit) =>
      options.method === 'POST' ? plan.answer : server(path, options),
    )
    await press('district.plan.make')
    await router.replace('/district/plan?division=420106')
    plan.resolve(PLAN)
    await flushPromises()
    expect(view.text()).not.toContain('Open requests')
  })
})
