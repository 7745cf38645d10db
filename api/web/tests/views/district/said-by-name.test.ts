import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Component } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'

import { i18n, useLanguage } from '@/i18n'
import { session } from '@/session'
import { routes } from '@/views/district/routes'
import EmergencyView from '@/views/district/EmergencyView.vue'
import StaleView from '@/views/district/StaleView.vue'

import { serverAnswers } from '../../answers'
import { BLOCK, SITE } from '../auditor/shapes'

const AT = '2026-11-20T00:00:00Z'

async function shown(view: Component): Promise<string> {
  const router = createRouter({ history: createMemoryHistory(), routes })
  await router.push('/district/stale')
  const wrapper = mount(view, { global: { plugins: [i18n, router] } })
  await flushPromises()
  await flushPromises()
  return wrapper.text().replace(/\s+/g, ' ')
}

beforeEach(() => {
  useLanguage('zh')
  session.who = { account: 'district', divisions: ['420102'], scopes: [] }
})
afterEach(() => vi.unstubAllGlobals())

it('says the division of an emergency by its name', async () => {
  const emergency = { division: '420102', since: AT, until: '2026-12-01T00:00:00Z', reason: 'natural-disaster' }
  serverAnswers({
    'GET /v1/divisions/420102': { division: '420102', name: { zh: '江岸区', en: "Jiang'an" }, above: [], children: [] },
    'GET /v1/norms/420102': {
      emergencies: [
        { ...emergency, state: 'in_force', ended_at: null },
        { ...emergency, state: 'over', ended_at: null, since: '2026-10-01T00:00:00Z' },
      ],
      terms: [],
      block: BLOCK,
    },
  })
  const text = await shown(EmergencyView)
  expect(text.match(/江岸区（420102）/g)).toHaveLength(2)
})

it('says the category of an overdue count by its goods', async () => {
  const count = { days: 30, counted_at: null, count_due: AT }
  const site = {
    site: SITE,
    site_name: { zh: '东城仓', en: 'East' },
    last_document: null,
    last_count: null,
    overdue_since: AT,
    counts: [
      { ...count, category: '2990101', is_stale: true },
      { ...count, category: '2990104', is_stale: false },
    ],
  }
  const asked = serverAnswers({
    'GET /v1/norms/420102/stale': { sites: [site], next_after: null, block: BLOCK },
    'GET /v1/items': { items: [{ name: { zh: '医用外科口罩', en: 'Surgical masks' } }], next_after: null },
  })
  expect(await shown(StaleView)).toContain('医用外科口罩（类别 2990101），自 2026年11月20日 08:00 起')
  expect(asked.filter(({ path }) => path.startsWith('/v1/items')).map(({ path }) => path)).toEqual([
    '/v1/items?category=2990101&limit=3',
  ])
})
