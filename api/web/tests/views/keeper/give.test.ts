/** Goods of a proposal that its approver has signed for: they go as agreed, unless the keeper wants something else. */
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'

import { i18n, useLanguage } from '@/i18n'
import { session } from '@/session'
import GiveView from '@/views/keeper/GiveView.vue'
import { forget, keptOf } from '@/views/keeper/kept'
import { mySite } from '@/views/keeper/my-site'

import { serverAnswers, type AskedOf } from '../../answers'
import { holding, MASKS, SITE } from './holdings'

const WEST = '420103001001101'
const ME = `0x${'a1'.repeat(20)}`
const APPROVER = `0x${'c3'.repeat(20)}`
const PROPOSAL = 'b8'.repeat(31)
const MADE = `0x${'a9'.repeat(32)}`
const DEADLINE = new Date(Date.now() + 5 * 86_400_000).toISOString()

let view: VueWrapper
let asked: AskedOf[]

async function show(consent: object | null): Promise<void> {
  const lot = holding('a', '30')
  asked = serverAnswers({
    [`GET /v1/proposals/${PROPOSAL}`]: {
      proposal: { receiver: WEST, receiver_name: null, item: MASKS, remaining: '9' },
      approval: { division: '4201' },
      lots: [{ lot: lot.lot, quantity: '9' }],
      consent,
    },
    [`GET /v1/sites/${SITE}`]: { site: SITE, name: null, entries: 1 },
    [`GET /v1/stock/on-hand/${SITE}`]: { holdings: [lot], next_after: null },
    'GET /v1/sites': { sites: [], next_after: null },
    'GET /v1/roles/grants': {
      grants: [{ holder: ME, division: '420102001001', role: 'keeper', subject: null }],
      next_after: null,
    },
  })
  const routes = [{ path: '/:rest(.*)*', name: 'keeper-hand-over', component: GiveView }]
  const router = createRouter({ history: createMemoryHistory(), routes })
  await router.push(`/keeper/dispatch?proposal=${PROPOSAL}`)
  view = mount(GiveView, { props: { kind: 'dispatch' }, global: { plugins: [i18n, router] } })
  await vi.waitFor(() => expect(view.text()).toContain('Who signs as keeper?'))
  await flushPromises()
}

const CONSENT = {
  ...{ approver: APPROVER, kind: 'dispatch', deadline: DEADLINE, valid_until: DEADLINE, client_id: MADE },
  ...{ occurred_at: new Date().toISOString(), is_day_only: false, reason: null, has_body: false, is_sent: false },
}

beforeEach(async () => {
  useLanguage('en')
  session.who = { account: ME, divisions: ['420102001001'], scopes: [] }
  mySite().value = SITE
  for (const form of await keptOf(ME)) await forget(form.id) // what the test before typed
})
afterEach(() => view.unmount())

it('sends what was agreed under its identifier, and asks for nobody’s signature', async () => {
  await show(CONSENT)
  await vi.waitFor(() => expect(view.text()).toContain('Surgical masks (box)'))
  expect(view.text()).toContain(`The approver has signed already. This goes to ${WEST}, as agreed:`)
  expect(view.text()).not.toContain('Who approves?')
  await vi.waitFor(async () => {
    await view.find('form').trigger('submit')
    expect(asked.some((each) => each.method === 'POST')).toBe(true)
  })
  expect(asked.find((each) => each.method === 'POST')?.body).toMatchObject({
    kind: 'dispatch',
    client_id: MADE,
    deadline: DEADLINE,
    lines: [{ quantity: '9' }],
    reference: { type: 'proposal', key: PROPOSAL },
    approver: { address: APPROVER, division: '4201' },
  })
})

it('asks the approver again where something else is sent', async () => {
  await show(CONSENT)
  await vi.waitFor(() => expect(view.text()).toContain('Surgical masks (box)'))
  const other = view.findAll('button').find((each) => each.text().startsWith('Send something else'))
  await other?.trigger('click')
  await vi.waitFor(() => expect(view.text()).toContain('Who approves?'))
  expect(view.text()).not.toContain('The approver has signed already')
})

it('asks the approver where nothing was signed', async () => {
  await show(null)
  await vi.waitFor(() => expect(view.text()).toContain('Who approves?'))
})
