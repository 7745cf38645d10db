import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'

import { i18n, useLanguage } from '@/i18n'
import AuditRuns from '@/views/auditor/audit/AuditRuns.vue'

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
