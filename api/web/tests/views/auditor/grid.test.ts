import { mount } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'

import { i18n, useLanguage } from '@/i18n'
import { barsOf } from '@/views/auditor/stock/bars'
import { gridOfHoldings, gridOfTotals, readGrid } from '@/views/auditor/stock/grid'
import { isSumPublic, levelOf, liesIn, readsAllOf, type Place } from '@/views/auditor/stock/places'
import StockGrid from '@/views/auditor/stock/StockGrid.vue'

import { BLOCK, holding, OTHER, SITE } from './shapes'

function place(code: string): Place {
  return { code, level: levelOf(code)!, name: null, isClosed: false }
}
function totals(code: string, quantity: string) {
  return {
    place: code,
    level: 'district' as const,
    name: null,
    as_of: null,
    counts_at: BLOCK.time,
    parts: [],
    totals: [{ item: 'i1', item_name: null, unit: 'XBX', quantity, free: '1', sites: 2, stale_sites: 1 }],
    block: BLOCK,
  }
}

function allOf(holdings: ReturnType<typeof holding>[], counts_at = '2026-11-29T08:00:00Z', overdue: string[][] = []) {
  const stale = overdue.map(([site, category]) => ({ site: site!, category: category!, count_due: '', counted_at: null }))
  return { holdings, counts_at, stale }
}

/** Answer fetches by path, and keep which were asked. */
function serving(answers: Record<string, unknown>): string[] {
  const asked: string[] = []
  vi.stubGlobal('fetch', async (address: string) => {
    asked.push(address)
    const found = answers[address.split('?')[0]!]
    return new Response(JSON.stringify(found ?? {}), { status: found === undefined ? 404 : 200 })
  })
  return asked
}
afterEach(() => vi.unstubAllGlobals())

describe('the grid of a place', () => {
  it('sums holdings by the place below in which they lie', () => {
    const grid = gridOfHoldings(
      allOf([
        holding({ quantity: '9007199254740993' }),
        holding({ lot: 'b'.repeat(40), quantity: '7', is_free: false, is_held: true }),
        holding({ site: OTHER, item: 'other', quantity: '4', is_stale: true }),
        holding({ site: '110101001001101', quantity: '1' }),
      ]),
      [place('420102001001'), place('420102001002')],
    )
    expect(grid.cells.get('420102001001')?.get('299010110001')).toEqual({
      quantity: 9007199254741000n,
      free: 9007199254740993n,
      isStale: false,
    })
    expect(grid.cells.get('420102001002')?.get('other')).toEqual({ quantity: 4n, free: 4n, isStale: true })
    expect(grid.cells.size).toBe(2)
  })

  it('counts what is past its last day as not free, and the last day itself as free', () => {
    const row = [place(SITE)]
    const freeOn = (today: string) =>
      gridOfHoldings(allOf([holding({ use_until: '2026-11-28' })], `${today}T08:00:00Z`), row).cells.get(SITE)?.get('299010110001')?.free
    expect(freeOn('2026-11-28')).toBe(10n)
    expect(freeOn('2026-11-29')).toBe(0n)
  })

  it('says that a count is overdue where that of any site is, as sums say it', () => {
    const [street, other] = [place('420102001'), place('420103001')]
    const staleOf = (site: string, category: string) =>
      gridOfHoldings(allOf([holding({})], undefined, [[site, category]]), [street, other]).cells
        .get(street.code)
        ?.get('299010110001')?.isStale
    expect(staleOf('420102001002101', '2990101')).toBe(true)
    expect(staleOf('420102001002101', '2990102')).toBe(false)
    expect(staleOf('420103001002101', '2990101')).toBe(false)
  })

  it('puts what lies at most places first', () => {
    const grid = gridOfHoldings(
      allOf([holding({ item: 'a' }), holding({ item: 'b' }), holding({ item: 'b', site: OTHER })]),
      [place(SITE), place(OTHER)],
    )
    expect(grid.items.map((each) => each.item)).toEqual(['b', 'a'])
  })

  it('takes the sums of places as they are told', () => {
    const grid = gridOfTotals([totals('420102', '5')])
    expect(grid.cells.get('420102')?.get('i1')).toEqual({ quantity: 5n, free: 1n, isStale: true })
  })

  it('asks once for twenty places whose holdings are one page', async () => {
    const children = Array.from({ length: 20 }, (_, n) => place(`420102${String(n + 1).padStart(3, '0')}`))
    const asked = serving({
      '/v1/stock/on-hand/420102': { holdings: [holding({})], next_after: null, counts_at: BLOCK.time, block: BLOCK },
    })
    const { grid, block } = await readGrid(place('420102'), children, undefined, ['42'])
    expect(asked).toEqual(['/v1/stock/on-hand/420102?limit=200'])
    expect(grid?.cells.get('420102001')?.size).toBe(1)
    expect(block).toEqual(BLOCK)
  })

  it('asks each place for its sums where holdings are many pages', async () => {
    const asked = serving({
      '/v1/stock/on-hand/4201': { holdings: [], next_after: 'x', counts_at: BLOCK.time, block: BLOCK },
      '/v1/stock/totals/420102': totals('420102', '5'),
      '/v1/stock/totals/420103': { ...totals('420103', '6'), block: { ...BLOCK, number: 47 } },
    })
    const { grid, block } = await readGrid(place('4201'), [place('420102'), place('420103')], '2026-09-05T23:59:59+08:00', ['0'])
    expect(asked).toHaveLength(3)
    expect(asked[1]).toContain('as_of=2026-09-05T23')
    expect(grid?.cells.get('420103')?.get('i1')?.quantity).toBe(6n)
    expect(block?.number).toBe(47) // of the earliest answer: up to there all of them hold
  })

  it('asks for public sums alone of a place that is not read', async () => {
    const asked = serving({ '/v1/stock/totals/420102': totals('420102', '5') })
    await readGrid(place('4201'), [place('420102')], undefined, ['420103'])
    expect(asked).toEqual(['/v1/stock/totals/420102'])
    expect((await readGrid(place('420102'), [place('420102001')], undefined, ['420103'])).grid).toBeNull()
  })

  it('does not say that there is nothing where the account does not read', async () => {
    serving({ '/v1/stock/totals/420102001': totals('420102001', '5') })
    const children = [place('420102001'), place('420102002')]
    const { grid } = await readGrid(place('420102'), children, undefined, ['420102001'])
    const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', name: 'stock', component: {} }] })
    useLanguage('en')
    const view = mount(StockGrid, {
      props: { grid: grid!, children, placeName: '', asOf: '' },
      global: { plugins: [i18n, router], stubs: { ChartBox: true } },
    })
    const cells = view.findAll('tbody tr').map((row) => row.findAll('td').at(-1)!.text())
    expect(cells).toEqual([expect.stringContaining('5'), 'not read'])
    useLanguage('zh')
  })
})

describe('bars of an item', () => {
  it('have what is free and what is not, most first, without empty places', () => {
    const grid = gridOfHoldings(
      allOf([holding({ quantity: '3' }), holding({ site: OTHER, quantity: '8', is_free: false })]),
      [place(SITE), place(OTHER)],
    )
    const bars = barsOf(grid, [place(SITE), place(OTHER), place('420103001001101')], '299010110001', (of) => of.code)
    expect(bars.map((bar) => [bar.name, bar.free, bar.notFree])).toEqual([
      [OTHER, 0, 8],
      [SITE, 3, 0],
    ])
  })
})

describe('places', () => {
  it('have their level by their digits', () => {
    expect(['0', '42', '4201', '420102', '420102001', '420102001001', SITE].map(levelOf)).toEqual([
      'country',
      'province',
      'city',
      'district',
      'street',
      'community',
      'site',
    ])
    expect(['', '7', '420', 'x2', '4201020010011011'].map(levelOf)).toEqual([null, null, null, null, null])
  })

  it('lie in their divisions, and all in the country', () => {
    expect(liesIn(SITE, '420102')).toBe(true)
    expect(liesIn(SITE, '0')).toBe(true)
    expect(liesIn('42', '4201')).toBe(false)
    expect(readsAllOf('42', ['4201'])).toBe(false)
    expect(readsAllOf('420102', ['4201'])).toBe(true)
    expect(isSumPublic('420102')).toBe(true)
    expect(isSumPublic('420102001')).toBe(false)
  })
})
