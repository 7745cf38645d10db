import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { useLanguage } from '@/i18n'
import { session } from '@/session'
import PlanView from '@/views/district/PlanView.vue'

import { problem, serverAnswers, type AskedOf } from '../../answers'
import { BLOCK, SITE } from '../auditor/shapes'
import { leave, mounted, press, settled, textOf } from './mounted'

const PLAN = '0c'.repeat(20)
const NAMES = { giver_name: null, receiver_name: null, item_name: null, site_name: null }

const planned = (number: number) => ({
  ...NAMES,
  number,
  request: '01'.repeat(31),
  giver: SITE,
  receiver: SITE,
  item: '299010110001',
  unit: 'XBX',
  quantity: `${number}`,
  form: null,
  is_covered: null,
})

/** The plan of two proposals and two open requests, on pages of one each. */
function made({ path, headers }: AskedOf) {
  const after = /after=(\d)/.exec(path)?.[1]
  const number = after ? 2 : 1
  const sentences = [headers.get('Accept-Language') === 'zh' ? `理由${number}` : `reason ${number}`]
  return {
    plan: PLAN,
    ...{ requests: 4, total: 2, unfilled: 2, kept_until: '2026-11-29T08:00:00Z', block: BLOCK },
    proposals: [{ ...planned(number), sentences }],
    next_after: after ? null : 1,
  }
}

function unfilled({ path }: AskedOf) {
  const number = path.includes('after=') ? 2 : 1
  const row = { ...NAMES, number, request: '01'.repeat(31), site: SITE, item: '299010110001', unit: 'XBX' }
  return { unfilled: [{ ...row, quantity: '9', text: `open ${number}` }], next_after: number === 1 ? 1 : null }
}

function answers(more: object = {}) {
  return serverAnswers({
    'POST /v1/proposals/plans': (asked: AskedOf) => ({ status: 201, body: made(asked) }),
    [`GET /v1/proposals/plans/${PLAN}`]: (asked: AskedOf) => ({ body: made(asked) }),
    [`GET /v1/proposals/plans/${PLAN}/unfilled`]: (asked: AskedOf) => ({ body: unfilled(asked) }),
    ...more,
  })
}

beforeEach(() => {
  useLanguage('en')
  session.who = { account: 'district', divisions: ['420102'], scopes: [] }
})
afterEach(() => {
  leave()
  vi.unstubAllGlobals()
})

it('gives every proposal and every open request, each once, however often more is asked for', async () => {
  answers()
  const { view } = await mounted(PlanView)
  await press(view, 'Make a plan for this division')
  expect(textOf(view)).toContain('Proposals: 2. Open requests: 4, of which partly or wholly open still: 2.')
  const more = view.findAll('button').filter((each) => each.text() === 'Show more')
  expect(more).toHaveLength(2)
  for (const each of more) await Promise.all([each.trigger('click'), each.trigger('click')])
  await settled()
  for (const word of ['reason 1', 'reason 2', 'open 1', 'open 2']) {
    expect(textOf(view).split(word)).toHaveLength(2)
  }
})

it('says why in the language in force', async () => {
  answers()
  const { view } = await mounted(PlanView)
  await press(view, 'Make a plan for this division')
  useLanguage('zh')
  await settled()
  expect(view.text()).toContain('理由1')
  expect(view.text()).not.toContain('reason 1')
})

it('lets another one be proposed where the one begun with is on a page that has gone', async () => {
  const form = { act: 'propose', client_id: '0x1', request: '01'.repeat(31), giver: SITE, anchor: '0x2' }
  answers({
    [`GET /v1/proposals/plans/${PLAN}`]: (asked: AskedOf) => {
      const body = made(asked)
      const lotsOf = (quantity: string) => [{ lot: 'ab'.repeat(20), quantity }]
      const proposals = body.proposals.map((each) => ({ ...each, form: { ...form, lots: lotsOf(each.quantity) } }))
      return { body: { ...body, proposals } }
    },
  })
  const { view } = await mounted(PlanView)
  await press(view, 'Make a plan for this division')
  await press(view, 'Show more')
  await view.findAll('button').filter((each) => each.text() === 'Propose')[1]!.trigger('click')
  useLanguage('zh')
  await settled()
  expect(view.findAll('button').find((each) => each.text() === '提议')?.attributes('disabled')).toBeUndefined()
})

it.each([
  ['a plan', { status: 201, body: made({ path: '', headers: new Headers() } as AskedOf) }],
  ['a refusal', { status: 404, body: problem(404) }],
])('does not show %s of another division that comes late', async (_, late) => {
  let answer: (response: Response) => void = () => undefined
  answers()
  const asked = globalThis.fetch
  vi.stubGlobal('fetch', (path: string, options: RequestInit) =>
    options.method === 'POST' ? new Promise<Response>((give) => (answer = give)) : asked(path, options),
  )
  const { view, router } = await mounted(PlanView)
  await press(view, 'Make a plan for this division')
  await router.push('/district/plan?division=420102001')
  await settled()
  answer(new Response(JSON.stringify(late.body), { status: late.status }))
  await settled()
  expect(view.text()).not.toContain('reason 1')
  expect(view.find('[role=alert]').exists()).toBe(false)
  expect(view.text()).toContain('Make a plan for this division')
})
