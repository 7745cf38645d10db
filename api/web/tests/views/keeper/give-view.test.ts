import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defineComponent, h } from 'vue'
import { RouterView, useRoute } from 'vue-router'

import { useLanguage } from '@/i18n'
import { session } from '@/session'
import { emptyGive, emptyWriteOff } from '@/views/keeper/forms/leaving'
import { forget, keep, keptOf } from '@/views/keeper/kept'
import { mySite } from '@/views/keeper/my-site'
import { common } from '@/words/common'
import { keeper } from '@/words/keeper'

import { problem, serverAnswers } from '../../answers'
import { holding, MASKS, SITE } from './holdings'
import { show } from './shown'

const ME = `0x${'a1'.repeat(20)}`
const WEST = '420103001001501'
const PROMISE = 'ab'.repeat(31)
const words = keeper.en.forms
const free = holding('a', '30')
const held = holding('d', '70', { is_free: false, is_held: true })
let view: VueWrapper

/** The views as the frame shows them: each address anew. */
const Frame = defineComponent({
  setup() {
    const route = useRoute()
    return () => h(RouterView, { key: route.path })
  },
})

function serve(more: Record<string, unknown> = {}): void {
  serverAnswers({
    [`GET /v1/sites/${SITE}`]: { site: SITE, name: null, entries: 3 },
    [`GET /v1/stock/on-hand/${SITE}`]: { holdings: [free, held], next: null },
    [`GET /v1/lots/${held.lot}`]: { history: [] },
    'GET /v1/sites': { sites: [{ site: SITE }, { site: WEST }], next: null },
    'GET /v1/roles/grants': { grants: [], next: null },
    'GET /v1/items': { items: [], next: null },
    'GET /v1/consignees': { consignees: [], next: null },
    ...more,
  })
}

async function come(): Promise<void> {
  for (let times = 0; times < 6; times += 1) await flushPromises()
  await new Promise((resolve) => setTimeout(resolve, 30))
  await flushPromises()
}

async function open(at: string): Promise<void> {
  ;({ view } = await show(Frame, {}, at))
  await come()
}

function input(label: string): HTMLInputElement {
  const found = view.findAll('.field').find((each) => each.find('label').text().includes(label))
  if (!found) throw new Error(`no field ${label}: ${view.text()}`)
  return found.get('input, textarea').element as HTMLInputElement
}

beforeEach(async () => {
  useLanguage('en')
  session.who = { account: ME, divisions: ['420102'], scopes: [] }
  mySite().value = SITE
  for (const each of await keptOf(ME)) await forget(each.id)
})
afterEach(async () => {
  view.unmount()
  await come()
})

// The views come when they are asked for, which takes its time on a machine that does other things too.
describe('goods that go to another site', { timeout: 20_000 }, () => {
  it('of a promised batch that is held now show it, with why, where the form is refused', async () => {
    const proposal = { receiver: WEST, item: MASKS, remaining: '9' }
    const promised = { proposal, lots: [{ lot: held.lot, quantity: '9' }], approval: null, consent: null }
    serve({ [`GET /v1/proposals/${PROMISE}`]: promised })
    await open(`/keeper/dispatch?proposal=${PROMISE}`)
    expect(view.text()).toContain(words.forRequest)
    expect(input(held.lot.slice(0, 8)).value).toBe('9')
    expect(view.text()).toContain(words.lotBad.held)
    await view.get('form.keeper-form').trigger('submit')
    await come()
    const wrong = view.findAll('.field-wrong').find((each) => each.text().includes(held.lot.slice(0, 8)))
    expect(wrong?.text()).toContain(keeper.en.wrong.lotBad)
  })

  it('of a promise are as promised now, and no form that was begun where nothing else was typed', async () => {
    const proposal = { receiver: WEST, item: MASKS, remaining: '9' }
    const promised = { proposal, lots: [{ lot: free.lot, quantity: '9' }], approval: null, consent: null }
    serve({ [`GET /v1/proposals/${PROMISE}`]: promised })
    await open(`/keeper/dispatch?proposal=${PROMISE}`)
    expect(input(free.lot.slice(0, 8)).value).toBe('9')
    await new Promise((resolve) => setTimeout(resolve, 300))
    view.unmount()
    await come()
    expect(await keptOf(ME)).toEqual([])
    serve({ [`GET /v1/proposals/${PROMISE}`]: { ...promised, lots: [{ lot: free.lot, quantity: '4' }] } })
    await open(`/keeper/dispatch?proposal=${PROMISE}`)
    expect(input(free.lot.slice(0, 8)).value).toBe('4')
  })

  it.each([
    ['as it is', '0x11', true],
    ['approved once more', '0x22', false],
  ])('are as agreed only where that still holds: %s', async (_how, clientId, isAgreed) => {
    const consent = {
      ...{ kind: 'dispatch', client_id: '0x11', occurred_at: '2026-11-28T16:00:00Z', is_day_only: true },
      ...{ deadline: '2027-01-01', approver: ME, valid_until: '2099-01-01T00:00:00Z' },
      ...{ is_sent: false, has_body: false, reason: null },
    }
    const proposal = { receiver: WEST, item: MASKS, remaining: '9' }
    const lots = [{ lot: free.lot, quantity: '9' }]
    serve({ [`GET /v1/proposals/${PROMISE}`]: { proposal, lots, approval: { division: '420102' }, consent } })
    const agreed = { clientId, occurredAt: '2026-11-29', deadline: '2027-01-01', approver: `${ME}@420102` }
    const goods = [{ item: MASKS, total: '9', byLot: { [free.lot]: '9' } }]
    const fields = { ...emptyGive(), to: WEST, goods, proposal: PROMISE, agreed }
    const id = `${ME} dispatch${PROMISE} ${SITE}`
    await keep({ id, clientId: `0x${'11'.repeat(32)}`, draft: null, sent: null, fields, keptAt: Date.now() })
    await open(`/keeper/dispatch?proposal=${PROMISE}`)
    expect(view.text().includes(words.deadline)).toBe(!isAgreed)
  })

  it('on a promise that cannot be read say so', async () => {
    serve({ [`GET /v1/proposals/${PROMISE}`]: () => ({ status: 404, body: problem(404, 'x', 'no such proposal') }) })
    await open(`/keeper/dispatch?proposal=${PROMISE}`)
    expect(view.text()).toContain('no such proposal')
  })

  it('take along what was typed where they are handed over at once instead', async () => {
    serve()
    await open('/keeper/dispatch')
    await view.get('.goods select').setValue(MASKS)
    await come()
    const quantity = view.get('.goods input')
    await quantity.setValue('12')
    await view.get('textarea').setValue('at the gate')
    await view.get('.switch').trigger('click')
    await come()
    expect(view.get('h1').text()).toBe(words.handOver)
    expect((view.get('.goods input').element as HTMLInputElement).value).toBe('12')
    expect(view.get('textarea').element.value).toBe('at the gate')
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect((await keptOf(ME)).map((each) => each.id.split(' ')[1])).toEqual(['hand-over'])
  })
})

describe('goods that are asked for', { timeout: 20_000 }, () => {
  it('are the item that was tapped, and not what was begun of another one', async () => {
    serve()
    const fields = { item: MASKS, quantity: '60', neededBy: '', urgency: 'routine', reason: '', consignee: '', keeper: '' }
    const common = { clientId: `0x${'11'.repeat(32)}`, draft: null, sent: null, fields, keptAt: Date.now() } as const
    await keep({ id: `${ME} ask ${SITE}`, ...common })
    await keep({ id: `${ME} ask${MASKS} ${SITE}`, ...common })
    await open('/keeper/ask?item=299010110002')
    expect(input('How many').value).toBe('')
    view.unmount()
    await open(`/keeper/ask?item=${MASKS}`)
    expect(input('How many').value).toBe('60')
  })

  it('are asked for as urgently as is chosen', async () => {
    serve()
    await open('/keeper/ask')
    const urgency = view.findAll('.field').find((each) => each.text().includes(keeper.en.asking.urgency))
    expect(urgency?.findAll('option').map((each) => each.text())).toEqual([
      keeper.en.asking.chooseUrgency,
      ...Object.values(keeper.en.asking.urgencies),
    ])
  })
})

describe('goods that are written off', { timeout: 20_000 }, () => {
  it('can be removed where they are not here any more', async () => {
    serve({ [`GET /v1/stock/on-hand/${SITE}`]: { holdings: [], next: null } })
    const fields = { ...emptyWriteOff(), lines: [{ lot: free.lot, quantity: '3', reason: 'damaged' }] }
    const common = { clientId: `0x${'11'.repeat(32)}`, draft: null, sent: null, fields, keptAt: Date.now() } as const
    await keep({ id: `${ME} write-off ${SITE}`, ...common })
    await open('/keeper/write-off')
    expect(view.get('.line').text()).toContain(words.batchGone.replace('{code}', free.lot.slice(0, 8)))
    await view.get('.line button').trigger('click')
    await come()
    expect(view.text()).toContain(words.nothingHere)
  })
})

describe('the site of a keeper', { timeout: 20_000 }, () => {
  const button = (text: string) => view.findAll('button').find((each) => each.text() === text)
  const isPicking = (): boolean => view.text().includes(keeper.en.home.siteHint)

  it('can be chosen anew, and stay as it is', async () => {
    serve()
    await open('/keeper')
    expect(isPicking()).toBe(false)
    await button(keeper.en.home.change)!.trigger('click')
    await come()
    expect(isPicking()).toBe(true)
    await button(common.en.cancel)!.trigger('click')
    await come()
    expect(isPicking()).toBe(false)
    mySite().value = null
    await come()
    expect(isPicking()).toBe(true)
    expect(button(common.en.cancel)).toBeUndefined()
  })
})
