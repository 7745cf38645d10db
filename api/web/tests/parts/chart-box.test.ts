import { mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'

import { busy } from '@/answer'
import { i18n, useLanguage } from '@/i18n'
import ChartBox from '@/parts/ChartBox.vue'

import { violations } from '../axe'

const OPTION = {
  animation: false,
  xAxis: { type: 'category', data: ['East', 'West'] },
  yAxis: { type: 'value' },
  series: [{ type: 'bar', data: [3, 4] }],
}
vi.setConfig({ testTimeout: 60_000 }) // the first picture reads all of ECharts
let view: VueWrapper

async function show(): Promise<void> {
  view = mount(ChartBox, {
    props: { label: 'What each place holds', option: OPTION },
    slots: { default: '<table><tbody><tr><th scope="row">East</th><td>3</td></tr></tbody></table>' },
    global: { plugins: [i18n] },
    attachTo: document.body,
  })
  await vi.waitFor(() => expect(busy.value).toBe(0), 30_000)
  await nextTick()
}
const picture = () => view.find('[role=img]').element as HTMLElement
const table = () => view.find('[role=region]').element as HTMLElement

beforeEach(() => {
  useLanguage('en')
  vi.stubGlobal('ResizeObserver', class {
    observe(): void {}
    disconnect(): void {}
  })
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(600)
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(320)
})
afterEach(() => {
  view.unmount()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  vi.doUnmock('@/parts/charts')
})

describe('a picture', () => {
  it('is drawn, and is its table on demand', async () => {
    await show()
    expect(picture().textContent).toContain('West')
    expect([picture().style.display, table().style.display]).toEqual(['', 'none'])
    await view.find('button').trigger('click')
    expect([picture().style.display, table().style.display]).toEqual(['none', ''])
    expect(view.find('button').attributes('aria-pressed')).toBe('true')
    expect(await violations(view.element.parentElement!)).toEqual([])
  })

  it('is drawn anew when its figures change', async () => {
    await show()
    await view.setProps({ option: { ...OPTION, xAxis: { type: 'category', data: ['North', 'South'] } } })
    expect(picture().textContent).toContain('South')
    expect(picture().textContent).not.toContain('West')
  })

  it('whose code does not come is its table, which says so', async () => {
    vi.doMock('@/parts/charts', () => {
      throw new TypeError('away') // what a browser throws there
    })
    await show()
    expect(table().style.display).toBe('')
    expect(view.find('[role=status]').text()).toContain('could not be loaded')
    expect(view.find('button').exists()).toBe(false)
  })
})
