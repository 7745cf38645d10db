import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { ElOption, ElSelect } from 'element-plus'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'

import { i18n, useLanguage } from '@/i18n'
import SitePicker from '@/parts/SitePicker.vue'
import { session } from '@/session'

import { serverAnswers } from '../answers'
import { violations } from '../axe'

const row = (site: string, name: { zh: string; en: string } | null = null) => ({ site, name, mode: 'government' })
const [EAST, WEST] = ['420102001001101', '420106001001101'] as const
let view: VueWrapper

async function show(sites: readonly string[], props: object = {}): Promise<void> {
  serverAnswers({ 'GET /v1/sites': { sites: sites.map((site) => row(site)), next_after: null } })
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: { template: '<i />' } }] })
  await router.push('/')
  view = mount(SitePicker, {
    props: { modelValue: null, ...props },
    global: { plugins: [i18n, router] },
    attachTo: document.body,
  })
  await flushPromises()
}

beforeEach(() => {
  session.who = { account: '0xa1', divisions: ['420102'], scopes: [] }
  useLanguage('en')
})
afterEach(() => view.unmount())

describe('the site of a keeper', () => {
  it('is chosen unasked where there is no other', async () => {
    await show([EAST], { choosesOnly: true })
    expect(view.emitted('update:modelValue')).toEqual([[EAST]])
  })

  it.each([
    ['of several', [EAST, WEST], { choosesOnly: true }],
    ['where another is chosen', [EAST], { choosesOnly: true, modelValue: WEST }],
    ['where the view does not say so', [EAST], {}],
  ])('is not chosen unasked %s', async (_, sites, props) => {
    await show(sites, props)
    expect(view.emitted('update:modelValue')).toBeUndefined()
  })

  it('is chosen from a list with a label and a hint', async () => {
    await show([EAST, WEST], { hint: 'It is remembered.' })
    view.findComponent(ElSelect).vm.$emit('update:modelValue', WEST)
    expect(view.emitted('update:modelValue')).toEqual([[WEST]])
    expect(view.text()).toContain('It is remembered.')
    expect(await violations(view.element.parentElement!)).toEqual([])
  })

  it('is found among more than are drawn', async () => {
    const all = Array.from({ length: 500 }, (_, n) => `420102001001${String(n).padStart(3, '0')}`)
    const last = all.at(-1)!
    await show(all, { hint: 'It is remembered.', modelValue: all[400]! })
    const drawn = () => view.findAllComponents(ElOption).map((each) => each.props('value') as string)
    expect([drawn().length, drawn()[0]]).toEqual([201, all[400]])
    expect(view.text()).toContain('It is remembered. The list has the first 200 of 500 sites')
    const typing = view.findComponent(ElSelect).props('filterMethod') as (text: string) => void
    typing(last)
    await flushPromises()
    expect(drawn()).toEqual([all[400], last])
    typing('Government') // as the list says it
    await flushPromises()
    expect(drawn().length).toBe(201)
  })

  it('is none where none can be read', async () => {
    await show([])
    expect(view.text()).toContain('no site')
  })
})
