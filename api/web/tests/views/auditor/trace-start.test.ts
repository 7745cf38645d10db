import { flushPromises, mount } from '@vue/test-utils'
import { expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'

import { i18n, useLanguage } from '@/i18n'
import { routes } from '@/views/auditor/routes'
import TraceStart from '@/views/auditor/trace/TraceStart.vue'

import { serverAnswers } from '../../answers'

const LOT = { kind: 'lot', id: 'a'.repeat(40), label: null, by: 'name' }
const SITE = { kind: 'site', id: '420102001001101', label: null, by: 'name' }

it.each([
  ['nothing', [], false, true, false],
  ['nothing that can be traced', [SITE], false, true, false],
  ['nothing that can be traced among what is told, of which there is more', [SITE], true, false, true],
  ['something, of which there is more', [LOT], true, false, true],
  ['something', [LOT], false, false, false],
])('a search that finds %s says so', async (_, results, isMore, saysNothing, saysMore) => {
  useLanguage('en')
  serverAnswers({ 'GET /v1/search': { q: 'aa', recognised: [], results, is_more: isMore, is_complete: true } })
  const router = createRouter({ history: createMemoryHistory(), routes })
  await router.push('/trace?q=aa')
  const view = mount(TraceStart, { global: { plugins: [i18n, router], stubs: { AuditNav: true } } })
  await flushPromises()
  expect(view.text().includes('Nothing that can be traced')).toBe(saysNothing)
  expect(view.text().includes('There is more than is shown')).toBe(saysMore)
})
