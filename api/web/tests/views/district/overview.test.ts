import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { useLanguage } from '@/i18n'
import { session } from '@/session'
import DistrictView from '@/views/district/DistrictView.vue'
import RequestsView from '@/views/district/RequestsView.vue'

import { serverAnswers } from '../../answers'
import { BLOCK, SITE } from '../auditor/shapes'
import { leave, mounted, textOf } from './mounted'

beforeEach(() => {
  useLanguage('en')
  session.who = { account: 'district', divisions: ['420102'], scopes: [] }
})
afterEach(() => {
  leave()
  vi.unstubAllGlobals()
})

it('says of what it counts whether that is all', async () => {
  const site = { site: SITE, counts: [{ is_stale: false }] }
  serverAnswers({
    'GET /v1/requests': { requests: [{}, {}], next_after: 'more', block: BLOCK },
    'GET /v1/proposals': { proposals: [{}], next_after: null },
    'GET /v1/norms/420102/gaps': { gaps: [], next_after: null },
    'GET /v1/norms/420102/stale': { sites: [site], next_after: SITE },
    'GET /v1/norms/420102': { emergencies: [] },
  })
  const { view } = await mounted(DistrictView)
  expect(view.findAll('li.card p').map((each) => each.text())).toEqual([
    'at least 2',
    '1',
    'none',
    'none among the first 200; there are more',
    'none',
  ])
})

it('lists requests in the order of the server, and says which it is', async () => {
  const row = (key: string, urgency: string) => ({
    ...{ key, urgency, site: SITE, site_name: null, item: key, item_name: null, unit: 'XBX', state: 'open' },
    ...{ open: '1', promised: '0', accepted: '0', needed_by: '2026-12-01T00:00:00Z', is_flagged: false },
  })
  const requests = [row('soon', 'routine'), row('later', 'critical')]
  serverAnswers({ 'GET /v1/requests': { requests, next_after: 'more', block: BLOCK } })
  const { view } = await mounted(RequestsView)
  expect(view.findAll('tbody a').map((each) => each.text())).toEqual(['soon', 'later'])
  expect(textOf(view)).toContain('in the order in which it is needed')
})
