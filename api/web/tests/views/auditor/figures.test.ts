import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Component } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'

import { i18n, useLanguage } from '@/i18n'
import { session } from '@/session'
import { routes } from '@/views/auditor/routes'
import SiteHoldings from '@/views/auditor/site/SiteHoldings.vue'
import SiteView from '@/views/auditor/site/SiteView.vue'
import StockView from '@/views/auditor/stock/StockView.vue'

import { serverAnswers, type AskedOf } from '../../answers'

import { BLOCK, holding, SITE } from './shapes'

vi.setConfig({ testTimeout: 20_000 }) // whole views, on a machine that does other things too

const LATER = { ...BLOCK, number: 51 }
const PROOFS = {
  entries: 9,
  spans: [],
  mismatch: null,
  compared: { number: 48, time: BLOCK.time, sequence: 7 },
  vouched: null,
  trouble: null,
  vouching_trouble: null,
  is_other_chain: false,
}
const ON_HAND = { holdings: [holding({})], next_after: null, counts_at: BLOCK.time, block: LATER }
const CHILDREN = [{ division: '420102', level: 'district', name: { zh: '东城区', en: 'East' }, is_closed: false, successor: null }]
const ANSWERS = {
  [`GET /v1/stock/on-hand/${SITE}`]: ON_HAND,
  [`GET /v1/sites/${SITE}/stock-card/proofs`]: PROOFS,
  'GET /v1/divisions/4201': {
    division: '4201',
    level: 'city',
    name: null,
    is_closed: false,
    successor: null,
    above: [],
    children: CHILDREN,
    next_after: null,
    block: BLOCK,
  },
  'GET /v1/stock/on-hand/4201': {
    ...ON_HAND,
    holdings: [holding({}), holding({ item: 'gowns', lot: 'b'.repeat(40), item_name: { zh: '防护服', en: 'Gowns' } })],
  },
  'GET /v1/stock/totals/4201': { place: '4201', totals: [], parts: [], block: BLOCK },
}

let view: VueWrapper

async function shown(what: Component, path: string, props: object, answers: object = ANSWERS): Promise<AskedOf[]> {
  const asked = serverAnswers({ ...answers })
  const router = createRouter({ history: createMemoryHistory(), routes })
  await router.push(path)
  view = mount(what, { props, global: { plugins: [i18n, router], stubs: { ChartBox: { template: '<div><slot /></div>' } } } })
  await flushPromises()
  await flushPromises()
  return asked
}

beforeEach(() => {
  useLanguage('en')
  session.who = { account: 'auditor', divisions: ['4201'], scopes: ['read'] }
  vi.stubGlobal('matchMedia', () => ({ matches: false }))
})
afterEach(() => {
  view.unmount()
  session.who = null
  vi.unstubAllGlobals()
})

describe('what a site holds', () => {
  it('says how far the entries are proved from which it is added up, and up to which block it holds', async () => {
    await shown(SiteHoldings, `/stock/sites/${SITE}`, { site: SITE, day: '' })
    expect(view.text()).toContain('added up from the entries of its stock card')
    expect(view.text()).toContain('storage at block 48, when the journal had 7 entries')
    expect(view.text()).toContain('not compared yet: 2.')
    expect(view.text()).toContain('Up to block 51')
  })

  it('says so where that could not be asked', async () => {
    await shown(SiteHoldings, `/stock/sites/${SITE}`, { site: SITE, day: '' }, { [`GET /v1/stock/on-hand/${SITE}`]: ON_HAND })
    expect(view.text()).toContain('could not be asked')
    expect(view.findAll('tbody tr')).toHaveLength(1)
  })
})

describe('sums of a place', () => {
  it('say that nothing compared them, and up to which block they hold', async () => {
    await shown(StockView, '/stock?place=4201', {})
    expect(view.text()).toContain('nothing compared them here')
    expect(view.text()).toContain('Up to block 51')
    expect(view.text()).toContain('Up to block 48')
  })

  it('begin with the item that a search led to', async () => {
    await shown(StockView, '/stock?place=4201&item=gowns', {})
    expect(view.find('table caption').text()).toContain('Gowns')
    await shown(StockView, '/stock?place=4201', {})
    expect(view.find('table caption').text()).not.toContain('Gowns')
  })

  it('say so where nothing of that item lies there', async () => {
    await shown(StockView, '/stock?place=4201&item=masks', {})
    expect(view.text()).toContain('Nothing of the item masks lies in')
  })
})

describe('a day that has not come', () => {
  it('is not asked for of a place', async () => {
    const asked = await shown(StockView, '/stock?place=4201&as_of=2999-01-01', {})
    expect(asked.map((each) => each.path).filter((path) => path.startsWith('/v1/stock'))).toEqual([])
    expect(view.find('[role=alert]').text()).toContain('has not come yet')
    expect(view.text()).not.toContain('nothing lay here')
  })

  it.each(['card', 'holdings', 'pictures', 'evidence'])('is not asked for of a site: %s', async (part) => {
    const asked = await shown(SiteView, `/stock/sites/${SITE}?as_of=2999-01-01&show=${part}`, {})
    expect(asked.map((each) => each.path)).toEqual([`/v1/sites/${SITE}`])
    expect(view.text()).toContain('has not come yet')
  })
})
