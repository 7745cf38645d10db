import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defineComponent, h, ref, type Component } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'

import { useAnswer, type Answered } from '@/answer'
import { get } from '@/api/client'
import { i18n, useLanguage } from '@/i18n'
import AnswerView from '@/parts/AnswerView.vue'
import { session } from '@/session'

import { problem, serverAnswers } from '../answers'
import { violations } from '../axe'

type Rows = { rows: string[] }
const WARD = { account: 'ward', divisions: ['420102'], scopes: ['read'] }
const place = ref('east')
let view: VueWrapper
let answered: Answered<Rows>

async function show(): Promise<void> {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:rest(.*)*', component: { template: '<div />' } }],
  })
  await router.push('/stock?place=4201')
  const View = defineComponent(() => {
    answered = useAnswer((signal) => get<Rows>(`/v1/${place.value}`, {}, signal), () => place.value)
    return () =>
      h('main', [
        h('h1', place.value),
        h(
          AnswerView as unknown as Component, // of no row in particular
          { answered, isEmpty: (value: unknown) => (value as Rows).rows.length === 0, emptyText: 'Nothing lies there.' },
          { default: ({ value }: { value: unknown }) => h('p', { class: 'rows' }, (value as Rows).rows.join(' ')) },
        ),
      ])
  })
  view = mount(View, { global: { plugins: [i18n, router] }, attachTo: document.body })
  await flushPromises()
}
const button = () => view.find('button')
const away = () => new TypeError('away')
const refused = (status: number) => () => ({ status, body: problem(status) })

beforeEach(() => {
  Object.assign(session, { who: null, isOver: false })
  place.value = 'east'
  useLanguage('en')
})
afterEach(() => view.unmount())

describe('an answer', () => {
  it('is said to be coming, and stands there when it has', async () => {
    serverAnswers({ 'GET /v1/east': { rows: ['a', 'b'] } })
    const shown = show()
    await shown
    expect(view.find('.rows').text()).toBe('a b')
    void answered.again()
    await view.vm.$nextTick()
    expect([view.find('.rows').text(), view.find('.fading').exists()]).toEqual(['a b', true])
    await flushPromises()
    expect(view.find('.fading').exists()).toBe(false)
  })

  it('with nothing in it says so', async () => {
    serverAnswers({ 'GET /v1/east': { rows: [] } })
    await show()
    expect(view.text()).toContain('Nothing lies there.')
  })

  it('of another place goes before the new one has come', async () => {
    serverAnswers({ 'GET /v1/east': { rows: ['a'] }, 'GET /v1/west': away })
    await show()
    place.value = 'west'
    await view.vm.$nextTick()
    expect([view.find('.rows').exists(), view.find('[role=status]').text()]).toEqual([false, 'Loading…'])
    await flushPromises()
    expect(view.find('.rows').exists()).toBe(false)
    expect(view.find('[role=alert]').text()).toContain('cannot be reached')
  })

  it('out of reach is asked for once more', async () => {
    serverAnswers({ 'GET /v1/east': away })
    await show()
    serverAnswers({ 'GET /v1/east': { rows: ['a'] } })
    await button().trigger('click')
    await flushPromises()
    expect([view.find('.rows').text(), view.find('[role=alert]').exists()]).toEqual(['a', false])
  })
})

describe('a refusal', () => {
  it('is in the server’s words, and can be tried again', async () => {
    serverAnswers({ 'GET /v1/east': refused(409) })
    await show()
    expect(view.find('[role=alert]').text()).toContain('it is refused, do this')
    expect(button().text()).toBe('Try again')
  })

  it.each([401, 403])('for want of an account (%i) leads to signing in, and back', async (status) => {
    serverAnswers({ 'GET /v1/east': refused(status) })
    await show()
    expect(view.find('a').attributes('href')).toBe('/sign-in?to=/stock?place=4201')
  })

  it('does not send whoever is signed in to sign in', async () => {
    session.who = WARD
    serverAnswers({ 'GET /v1/east': refused(403) })
    await show()
    expect(view.find('[role=alert]').text()).toContain('it is refused, do this')
    expect([view.find('a').exists(), button().text()]).toEqual([false, 'Try again'])
  })

  it('tells whose session is over to sign in', async () => {
    session.who = WARD
    serverAnswers({ 'GET /v1/east': refused(401), 'GET /v1/sign-in': { account: null, divisions: [], scopes: [] } })
    await show()
    expect(view.find('a').text()).toBe('Sign in')
    expect(session.isOver).toBe(true)
  })
})

it('finds nothing amiss for whoever hears the page', async () => {
  serverAnswers({ 'GET /v1/east': refused(409) })
  await show()
  expect(await violations(view.element)).toEqual([])
})
