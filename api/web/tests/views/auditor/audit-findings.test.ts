import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'

import { i18n, useLanguage } from '@/i18n'
import AuditFindings from '@/views/auditor/audit/AuditFindings.vue'
import { routes } from '@/views/auditor/routes'

import { serverAnswers } from '../../answers'
import { SITE } from './shapes'

afterEach(() => vi.unstubAllGlobals())

it('says of which goods a count is overdue', async () => {
  useLanguage('zh')
  const finding = {
    number: 1,
    kind: 'count-overdue',
    severity: 'warning',
    site: SITE,
    lot: null,
    document: null,
    category: '2990101',
    owner: '420102001001',
    since: '2026-09-05T00:00:00Z',
    deadline: '2026-09-12T00:00:00Z',
    missed: 0,
    closed_by: null,
    emergency: false,
    text: { zh: '分类 2990101 每 30 天盘点一次', en: 'category 2990101 is counted every 30 days' },
  }
  const other = { ...finding, number: 2, kind: 'count-difference', category: null }
  serverAnswers({
    'GET /v1/audits/a1': { findings: [finding, other], elsewhere: 0, next_after: null },
    'GET /v1/items': { items: [{ name: { zh: '医用外科口罩', en: 'Surgical masks' } }], next_after: null },
  })
  const router = createRouter({ history: createMemoryHistory(), routes })
  const run = { id: 'a1', summary: null } as never // the rest of a run is not looked at
  const view = mount(AuditFindings, { props: { run }, global: { plugins: [i18n, router] } })
  await flushPromises()
  await flushPromises()
  const rows = view.findAll('tbody tr').map((row) => row.text())
  expect(rows[0]).toContain('医用外科口罩（类别 2990101）')
  expect(rows[1]).not.toContain('类别')
})
