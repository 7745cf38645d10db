import { flushPromises, mount } from '@vue/test-utils'
import { beforeEach, describe, expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'

import { i18n, useLanguage } from '@/i18n'
import ChartBox from '@/parts/ChartBox.vue'
import { routes } from '@/views/auditor/routes'
import { overTime } from '@/views/auditor/site/over-time'
import type { Grid } from '@/views/auditor/stock/grid'
import StockGrid from '@/views/auditor/stock/StockGrid.vue'

const MASKS = { item: '299010110001', item_name: { zh: '医用外科口罩', en: 'Surgical masks' }, unit: 'XBX' }

beforeEach(() => useLanguage('en'))

describe('the picture of stock over time', () => {
  // Shortly before midnight by UTC it is the next day by the ledger.
  const option = overTime(MASKS, [{ at: '2026-11-28T23:30:00Z', quantity: 9007199254740993n }]) as any // any: an option as ECharts takes it

  it('says moments by the ledger and quantities whole, with their unit', () => {
    expect(option.tooltip.formatter([{ dataIndex: 0 }])).toBe(
      '29 Nov 2026, 07:30\nSurgical masks 9,007,199,254,740,993 boxes',
    )
    expect(option.tooltip.formatter([])).toBe('')
  })

  it('has days with their year below it', () => {
    expect(option.xAxis.axisLabel.formatter(Date.parse('2026-11-28T23:30:00Z'))).toBe('29 Nov 2026')
  })
})

describe('the picture of an item in many places', () => {
  const children = Array.from({ length: 31 }, (_, n) => ({
    code: `420102${String(n + 1).padStart(3, '0')}`,
    level: 'street' as const,
    name: null,
    isClosed: false,
  }))
  const cell = (quantity: bigint) => ({ quantity, free: quantity, isStale: false })

  function shown(places: typeof children) {
    const grid: Grid = {
      items: [MASKS],
      cells: new Map(places.map((each, n) => [each.code, new Map([[MASKS.item, cell(BigInt(n + 1))]])])),
      told: new Set(places.map((each) => each.code)),
    }
    return mount(StockGrid, {
      props: { grid, children: places, placeName: 'East', asOf: '' },
      global: {
        plugins: [i18n, createRouter({ history: createMemoryHistory(), routes })],
        stubs: { ChartBox: { props: ['option'], template: '<figure><slot /></figure>' } },
      },
    })
  }

  it('says so where it does not hold all of them; its table does', async () => {
    const view = shown(children)
    await flushPromises()
    expect(view.text()).toContain('the 30 places that hold most, of 31')
    expect(view.findAll('figure tbody tr')).toHaveLength(31)
    const option = view.findComponent(ChartBox).props('option') as any // any: as above
    expect(option.yAxis.data).toHaveLength(30)
    expect(option.tooltip.formatter([{ dataIndex: 0 }])).toBe(
      '420102031\nFree to use 31 boxes\nHeld, recalled or expired 0 boxes',
    )
  })

  it('says nothing where it holds all', () => {
    expect(shown(children.slice(0, 30)).text()).not.toContain('places that hold most')
  })
})
