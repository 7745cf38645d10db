import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'

import { i18n, useLanguage } from '@/i18n'
import AuditRuns from '@/views/auditor/audit/AuditRuns.vue'

import { serverAnswers } from '../../answers'

const RUN = {
  id: 'a1',
  state: 'running',
  started_at: '2026-11-29T06:04:45Z',
  started_by: 'auditor',
  ended_at: null,
  progress: null,
  summary: null,
  failure: null,
}

beforeEach(() => {
  useLanguage('en')
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('an audit that ends after its view was left', () => {
  it('does not change the address of the view that came then', async () => {
    const answers: ((audits: object[]) => void)[] = []
    vi.stubGlobal(
      'fetch',
      () =>
        new Promise((resolve) =>
          answers.push((audits) => resolve(new Response(JSON.stringify({ audits })))),
        ),
    )
    const router = createRouter({
      history: createMemoryHistory(),
      routes: [{ path: '/:rest(.*)*', component: { template: '<p />' } }],
    })
    await router.push('/audit')
    const host = { components: { AuditRuns }, props: ['isOpen'], template: '<AuditRuns v-if="isOpen" />' }
    const view = mount(host, { props: { isOpen: true }, global: { plugins: [i18n, router] } })
    answers[0]!([RUN])
    await flushPromises()
    await vi.advanceTimersByTimeAsync(1_500)
    expect(answers).toHaveLength(2) // it is followed
    await router.push('/trace?q=masks')
    await view.setProps({ isOpen: false })
    answers[1]!([{ ...RUN, state: 'ended' }])
    await flushPromises()
    expect(router.currentRoute.value.fullPath).toBe('/trace?q=masks')
  })
})

describe('what is shown of an audit', () => {
  const ENDED = { ...RUN, id: 'a0', state: 'ended' }
  const FAILED = { ...RUN, state: 'failed', failure: { text: { en: 'the node was away', zh: '节点不可达' } } }

  /** What the view shows at an address, where the server has kept some audits. */
  async function shownAt(query: string, audits: object[]) {
    serverAnswers({ 'GET /v1/audits': { audits }, 'GET /v1/audits/a0': { findings: [], elsewhere: 0 } })
    const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/audit', component: AuditRuns }] })
    await router.push(`/audit${query}`)
    const stubs = { AuditFindings: { props: ['run'], template: '<p class="findings">{{ run.id }}</p>' } }
    const view = mount(AuditRuns, { global: { plugins: [i18n, router], stubs } })
    await flushPromises()
    const found = view.find('.findings')
    return { view, findings: found.exists() ? found.text() : null }
  }

  it('is the newest that ended, or the one that is asked for', async () => {
    expect((await shownAt('', [FAILED, ENDED])).findings).toBe('a0')
    expect((await shownAt('?audit=a0', [{ ...ENDED, id: 'a2' }, ENDED])).findings).toBe('a0')
  })

  it.each([
    [FAILED, 'This audit came to no result: failed. the node was away'],
    [{ ...RUN, state: 'cancelled' }, 'This audit came to no result: stopped.'],
  ])('is why there is no result, not that nothing was found: %j', async (run, said) => {
    const { view, findings } = await shownAt('?audit=a1', [run, ENDED])
    expect(findings).toBeNull()
    expect(view.get('.notice-wrong').text()).toBe(said)
  })

  it('is never another than the one that is asked for', async () => {
    for (const audits of [[ENDED], []]) {
      const { view, findings } = await shownAt('?audit=a7', audits)
      expect(findings).toBeNull()
      expect(view.get('.notice-doubt').text()).toContain('not kept any more')
    }
    const { view, findings } = await shownAt('?audit=a1', [RUN, ENDED])
    expect(findings).toBeNull()
    expect(view.text()).toContain('An audit has been running')
  })
})
