import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import type { Schemas } from '@/api/client'
import { useLanguage } from '@/i18n'
import RequestCard from '@/views/keeper/parts/RequestCard.vue'
import { keeper } from '@/words/keeper'

import { problem, serverAnswers } from '../../answers'
import { MASKS, SITE } from './holdings'
import { show } from './shown'

const KEY = 'ab'.repeat(31)
const ROW = {
  ...{ key: KEY, site: SITE, item: MASKS, item_name: null, unit: 'XBX', quantity: '60', open: '60', accepted: '0' },
  ...{ state: 'open', urgency: 'routine', made_at: '2026-11-29T01:00:00Z', needed_by: '2026-12-02T15:59:59Z' },
  is_flagged: false,
} as unknown as Schemas['RequestRow']
const DETAIL = { request: { ...ROW, consignee: null }, proposals: [], deliveries: [], not_shown: [], waiting: null }
let view: VueWrapper

async function withdraw(address: string): Promise<void> {
  ;({ view } = await show(RequestCard, { row: ROW, isOpen: true }))
  await view.findAll('button').find((each) => each.text() === keeper.en.asking.withdraw)!.trigger('click')
  await flushPromises()
  const [reason, person] = view.findAll('select')
  await reason!.setValue((reason!.element as HTMLSelectElement).options[1]!.value)
  await person!.setValue('other')
  await view.get('.act input').setValue(address)
  await view.get('form').trigger('submit')
  await flushPromises()
}

beforeEach(() => useLanguage('en'))
afterEach(() => view.unmount())

describe('a request', () => {
  it('is for somebody by the first digits of their code where no name is proved', async () => {
    const request = { ...DETAIL.request, consignee: 'dd'.repeat(20) }
    serverAnswers({ [`GET /v1/requests/${KEY}`]: { ...DETAIL, request, waiting: '5' } })
    ;({ view } = await show(RequestCard, { row: ROW, isOpen: true }))
    expect(view.text()).toContain('dddddddd…')
    expect(view.text()).not.toContain('d'.repeat(9))
  })
})

describe('a request that is withdrawn', () => {
  const answers = { [`GET /v1/requests/${KEY}`]: DETAIL, 'GET /v1/roles/grants': { grants: [], next: null } }

  it('says what is wrong with the address that was typed', async () => {
    const asked = serverAnswers(answers)
    await withdraw('0x12')
    expect(view.get('.field-problem').text()).toBe(keeper.en.wrong.personForm)
    expect(asked.filter((each) => each.method === 'POST')).toEqual([])
    await view.get('.act input').setValue(`0x${'b2'.repeat(20)}`)
    expect(view.find('.field-problem').exists()).toBe(false)
  })

  it('stays open while it is signed', async () => {
    serverAnswers({ ...answers, 'POST /v1/acts': { act: {}, block: null } })
    ;({ view } = await show(RequestCard, { row: ROW, isOpen: true }))
    const progress = () => view.findAll('button').find((each) => each.text() === keeper.en.asking.progress)!
    expect(progress().attributes('disabled')).toBeUndefined()
    view.unmount()
    await withdraw(`0x${'b2'.repeat(20)}`)
    expect(view.find('.signing-panel').exists()).toBe(true)
    expect(progress().attributes('disabled')).toBeDefined()
  })

  it('leads to signing in where the session is over', async () => {
    const detail = 'send `Authorization: Bearer`'
    serverAnswers({ ...answers, 'POST /v1/acts': () => ({ status: 401, body: problem(401, 'x', detail) }) })
    await withdraw(`0x${'b2'.repeat(20)}`)
    expect(view.get('.notice-wrong').text()).not.toContain('Bearer')
    expect(view.get('.notice-wrong a').attributes('href')).toContain('/sign-in?to=')
  })
})
