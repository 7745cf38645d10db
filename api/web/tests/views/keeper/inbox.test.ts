import { flushPromises, mount } from '@vue/test-utils'
import { expect, it, vi } from 'vitest'
import { createRouter, createMemoryHistory } from 'vue-router'

import { i18n, useLanguage } from '@/i18n'
import { session } from '@/session'
import InboxView from '@/views/keeper/InboxView.vue'

import { serverAnswers } from '../../answers'
import { answerOf, BLOCK, HAND_OVER, RECEIVER } from '../../signing/given'

it('says what would be signed, whatever the server says of it', async () => {
  useLanguage('en')
  session.who = { account: RECEIVER.address, divisions: [], scopes: [] }
  const good = answerOf(HAND_OVER)
  const none = { ...good, key: 'ff'.repeat(31), draft: { ...good.draft, kind: 'gift' } }
  serverAnswers({ 'GET /v1/drafts': { drafts: [good, none], next: null, block: BLOCK } })
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: InboxView }] })
  const view = mount(InboxView, { global: { plugins: [i18n, router] } })
  await vi.waitFor(() => expect(view.findAll('h2')).toHaveLength(2))
  await flushPromises()
  const [first, second] = view.findAll('h2').map((each) => each.text())
  expect(first).toBe('420102001001101 hands over to 420102001002301, right now:')
  expect(view.find('li.card .plain-goods').text()).toBe('299010110001 · 3')
  expect(second).toContain('is no draft of a document: kind')
  expect(view.text()).not.toContain('what the server says is not shown')
})

it('withdraws what others may have signed only when it was asked twice', async () => {
  useLanguage('en')
  const answer = answerOf(HAND_OVER)
  const sender = { address: session.who?.account ?? '', part: 'sender' }
  const asked: string[] = []
  serverAnswers({ 'GET /v1/drafts': { drafts: [{ ...answer, waiting_for: [sender] }], next: null, block: BLOCK } })
  const server = globalThis.fetch
  vi.stubGlobal('fetch', (path: string, options: RequestInit = {}) => {
    if (options.method !== 'DELETE') return server(path, options)
    asked.push(path)
    return Promise.resolve(new Response(null, { status: 204 }))
  })
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: InboxView }] })
  const view = mount(InboxView, { global: { plugins: [i18n, router] } })
  const press = async (key: string) => {
    await vi.waitFor(() => expect(view.text()).toContain(i18n.global.t(key)))
    await view.findAll('button').find((each) => each.text() === i18n.global.t(key))!.trigger('click')
    await flushPromises()
  }
  await press('keeper.asking.withdrawDraft')
  await press('keeper.asking.withdrawNo')
  expect(asked).toEqual([])
  await press('keeper.asking.withdrawDraft')
  await press('keeper.asking.withdrawYes')
  expect(asked).toEqual([`/v1/drafts/${answer.key}`])
  expect(view.text()).toContain('It is withdrawn.')
})
