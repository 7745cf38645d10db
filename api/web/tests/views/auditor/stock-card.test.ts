import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'

import { i18n, useLanguage } from '@/i18n'
import StockCard from '@/views/auditor/site/StockCard.vue'
import { routes } from '@/views/auditor/routes'

import { BLOCK, entry, movement, OTHER, SITE } from './shapes'

const ENTRIES = [
  entry(1, [movement('a'.repeat(40), 'masks', '1200', '1200')], { kind: 'opening' }),
  entry(2, [movement('b'.repeat(40), 'masks', '300', '300')], {
    source: 'd'.repeat(40),
    verdict: { status: 'expired', grade: 'C' },
    is_late: true,
  }),
  entry(3, [movement('a'.repeat(40), 'masks', '-200', '1000')], { kind: 'dispatch', from_site: SITE, to_site: OTHER, is_reversed: true }),
]
const CARD = {
  site: SITE,
  name: null,
  as_of: null,
  entries: ENTRIES,
  next_after: null,
  counts_at: BLOCK.time,
  stale: [],
  block: BLOCK,
}
const PROOFS = {
  entries: 3,
  spans: [
    { first: 1, last: 2, state: 'matched', vouched_by: 'checkpoint' },
    { first: 3, last: 3, state: 'mismatch', vouched_by: null },
  ],
  mismatch: { sequence: 3, text: { zh: '自第 3 条起不符', en: 'from entry 3 on they differ' } },
  compared: { number: 48, time: BLOCK.time, sequence: 3 },
  vouched: { number: 32, sequence: 2, signers: 2, witnesses: 3, threshold: 2 },
  trouble: null,
  vouching_trouble: null,
  is_other_chain: false,
}

function serving(proofs: unknown): string[] {
  const asked: string[] = []
  vi.stubGlobal('fetch', async (address: string) => {
    asked.push(address)
    const path = address.split('?')[0]!
    if (path.endsWith('/proofs'))
      return proofs === null
        ? new Response(JSON.stringify({ title: 'away', status: 503 }), { status: 503 })
        : new Response(JSON.stringify(proofs))
    if (path.endsWith('/stock-card')) return new Response(JSON.stringify(CARD))
    return new Response(JSON.stringify({ title: 'not found', status: 404 }), { status: 404 })
  })
  return asked
}

async function shown(proofs: unknown, props = {}) {
  const asked = serving(proofs)
  const router = createRouter({ history: createMemoryHistory(), routes })
  await router.push(`/stock/sites/${SITE}`)
  const card = mount(StockCard, {
    props: { site: SITE, siteName: 'East', day: '', journalEntries: 3, ...props },
    global: { plugins: [i18n, router] },
    attachTo: document.body,
  })
  await flushPromises()
  return { asked, card, rows: card.findAll('tbody tr').map((row) => row.text().replace(/\s+/g, ' ')) }
}

beforeEach(() => useLanguage('en'))
afterEach(() => {
  vi.unstubAllGlobals()
  document.body.innerHTML = ''
})

describe('the stock card on screen', () => {
  it('has a row for each entry, with what moved, what was there, marks and proof', async () => {
    const { rows } = await shown(PROOFS)
    expect(rows).toHaveLength(3)
    expect(rows[0]).toContain('+1,200')
    expect(rows[0]).toContain('matched')
    expect(rows[1]).toContain('in all then 1,500')
    expect(rows[1]).toContain('qualification then: expired')
    expect(rows[1]).toContain('recorded late')
    expect(rows[2]).toContain('−200')
    expect(rows[2]).toContain(OTHER)
    expect(rows[2]).toContain('reversed')
    expect(rows[2]).toContain('mismatch')
  })

  it('leads to the other site as of the same day', async () => {
    for (const [day, as] of [['', ''], ['2026-11-28', '?as_of=2026-11-28']] as const) {
      const { card } = await shown(PROOFS, { day })
      expect(card.get(`a[href^="/stock/sites/${OTHER}"]`).attributes('href')).toBe(`/stock/sites/${OTHER}${as}`)
      card.unmount()
    }
  })

  it('raises the alarm where documents and chain part', async () => {
    const { card } = await shown(PROOFS)
    expect(card.get('[role=alert]').text()).toContain('from entry 3 on they differ')
    expect(card.text()).toContain('2 of 3 signed block 32')
  })

  it('shows rows as not checked where proofs cannot be had, and the rows all the same', async () => {
    const { rows, card } = await shown(null)
    expect(rows.every((row) => row.includes('not checked'))).toBe(true)
    expect(card.text()).toContain('could not be asked')
  })

  it('says why nothing is there from the newest on where the length of the journal is not known', async () => {
    const { card } = await shown(PROOFS, { journalEntries: null })
    await card.get('input[value=newest]').setValue(true)
    expect(card.find('table').exists()).toBe(false)
    expect(card.text()).toContain('How many entries there are is not known yet')
  })

  it('says that it goes from the oldest on where a day is chosen after the other order', async () => {
    const { card } = await shown(PROOFS)
    await card.get('input[value=newest]').setValue(true)
    await flushPromises()
    const checked = () => card.findAll<HTMLInputElement>('input[type=radio]').filter((each) => each.element.checked)
    expect(checked().map((each) => each.element.value)).toEqual(['newest'])
    await card.setProps({ day: '2026-11-28' })
    await flushPromises()
    expect(checked().map((each) => each.element.value)).toEqual(['oldest'])
  })

  it('proves no row against a chain that the witnesses did not sign', async () => {
    const { rows, card } = await shown({ ...PROOFS, is_other_chain: true })
    expect(rows[0]).toContain('not checked')
    expect(rows[0]).not.toContain('checkpoint')
    expect(rows[2]).toContain('mismatch')
    expect(card.get('[role=alert]').text()).toContain('is not the one that the witnesses signed')
  })

  it('asks for a document only when its row is opened', async () => {
    const { asked, card } = await shown(PROOFS)
    expect(asked.filter((address) => address.startsWith('/v1/documents/'))).toEqual([])
    await card.get('tbody tr:nth-child(2) button').trigger('click')
    await flushPromises()
    expect(asked.at(-1)).toBe(`/v1/documents/${'e'.repeat(62)}`)
  })
})
