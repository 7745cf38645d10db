import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'

import { i18n, useLanguage } from '@/i18n'
import { session } from '@/session'
import { lock } from '@/signing/keys/held'
import SignInView from '@/views/sign-in/SignInView.vue'

import { problem, serverAnswers } from '../answers'
import { violations } from '../axe'
import { KEEPER, open } from '../signing/given'

const WARD = { account: 'ward', divisions: ['420102', '0'], scopes: ['drafts', 'read'] }
const SIGNED_IN = { ...WARD, csrf_token: 't', expires_at: '2026-11-29T15:00:00Z' }
let view: VueWrapper
let router: ReturnType<typeof createRouter>

async function show(path = '/sign-in'): Promise<void> {
  router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:rest(.*)*', component: { template: '<div />' } }],
  })
  await router.push(path)
  view = mount(SignInView, { global: { plugins: [i18n, router] }, attachTo: document.body })
  await flushPromises()
}
const typeKey = async (key: string) => {
  await view.find('form input').setValue(key)
  await view.find('form').trigger('submit')
  await flushPromises()
}
const press = async (text: string) => {
  await view.findAll('button').find((each) => each.text() === text)!.trigger('click')
  await flushPromises()
}

beforeEach(() => {
  Object.assign(session, { who: null, isOver: false })
  localStorage.clear()
  useLanguage('en')
})
afterEach(() => {
  view.unmount()
  lock()
})

describe('signing in', () => {
  it('by an account leads back to where it was asked for', async () => {
    serverAnswers({ 'POST /v1/sign-in': SIGNED_IN })
    await show('/sign-in?to=/suppliers?q%3D1')
    await typeKey('shecang_x')
    expect(router.currentRoute.value.fullPath).toBe('/suppliers?q=1')
  })

  it.each(['https://else.example', '//else.example', '/\\else.example'])('never leads to %s', async (to) => {
    serverAnswers({ 'POST /v1/sign-in': SIGNED_IN })
    await show(`/sign-in?to=${encodeURIComponent(to)}`)
    await typeKey('shecang_x')
    expect(router.currentRoute.value.fullPath).toBe('/')
  })

  it('says what is wrong beside the field, in the server’s words, and keeps what was typed', async () => {
    const body = problem(401, 'x', 'no such account')
    const asked = serverAnswers({ 'POST /v1/sign-in': () => ({ status: 401, body }) })
    await show()
    await typeKey('  ')
    expect(view.find('[role=alert]').text()).toContain('missing')
    expect(asked).toEqual([])
    await typeKey('shecang_x')
    expect(view.find('[role=alert]').text()).toContain('no such account')
    expect((view.find('form input').element as HTMLInputElement).value).toBe('shecang_x')
  })

  it('by the key that is open', async () => {
    const nonce = { nonce: '0123456789abcdef', domain: 'x', chain_id: 31, expires_at: '2026-11-29T07:05:00Z' }
    const asked = serverAnswers({ 'GET /v1/sign-in/nonce': nonce, 'POST /v1/sign-in': SIGNED_IN })
    open(KEEPER)
    await show()
    await press('Sign in as this key')
    expect(asked[1]?.body.message).toContain(KEEPER.address)
    expect(session.who?.account).toBe('ward')
  })
})

describe('whoever is signed in', () => {
  it('sees what it reads and may do, listed as the language lists things', async () => {
    session.who = WARD
    useLanguage('zh')
    await show()
    expect(view.findAll('dd').map((each) => each.text()).join(' ')).toContain('420102和全国')
  })

  it('sees what it may, and signs out', async () => {
    serverAnswers({ 'DELETE /v1/sign-in': () => ({ status: 204 }) })
    session.who = WARD
    await show()
    expect(view.text()).toContain('420102 and the whole country')
    expect(view.text()).toContain('prepare documents and read')
    await press('Sign out')
    expect(view.text()).toContain('You are signed out.')
    expect(session.who).toBeNull()
  })

  it('is asked for a key again where the session is over', async () => {
    serverAnswers({ 'GET /v1/sign-in': { account: null, divisions: [], scopes: [] } })
    session.who = WARD
    await show()
    expect(view.text()).not.toContain('You are signed in')
    await typeKey('')
    expect(view.find('[role=alert]').text()).toContain('missing')
  })

  it('is told where signing out did not reach the server', async () => {
    serverAnswers({ 'DELETE /v1/sign-in': () => new TypeError('away') })
    session.who = WARD
    await show()
    await press('Sign out')
    expect(view.find('[role=alert]').text()).toContain('cannot be reached')
  })
})

it('finds nothing amiss for whoever hears the page', async () => {
  for (const who of [null, WARD]) {
    session.who = who
    await show()
    expect(await violations(view.element.parentElement!)).toEqual([])
    view.unmount()
  }
  await show()
})
