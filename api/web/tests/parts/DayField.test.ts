import { enableAutoUnmount, flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'

import { wholeDate } from '@/format'
import { i18n, useLanguage } from '@/i18n'
import DayField from '@/parts/DayField.vue'

import { violations } from '../axe'

const TODAY = '2026-11-29' // a Sunday

enableAutoUnmount(afterEach)
beforeAll(() => {
  // jsdom opens no dialogs; what a browser does besides, as giving back the focus, is tried in one.
  Object.assign(HTMLDialogElement.prototype, {
    showModal(this: HTMLDialogElement) {
      this.open = true
    },
    close(this: HTMLDialogElement) {
      this.open = false
      this.dispatchEvent(new Event('close'))
    },
  })
})
beforeEach(() => {
  useLanguage('en')
  vi.useFakeTimers({ now: new Date(`${TODAY}T04:00:00Z`), toFake: ['Date'] })
})
afterEach(() => vi.useRealTimers())

function field(day = '', more: object = {}): VueWrapper<InstanceType<typeof DayField>> {
  const wrapper: VueWrapper<InstanceType<typeof DayField>> = mount(DayField, {
    props: {
      label: 'Needed by',
      modelValue: day,
      'onUpdate:modelValue': (value: string) => void wrapper.setProps({ modelValue: value }),
      ...more,
    },
    global: { plugins: [i18n] },
    attachTo: document.body,
  })
  return wrapper
}

async function type(wrapper: VueWrapper, text: string): Promise<void> {
  await wrapper.get('input').setValue(text)
  await wrapper.get('input').trigger('blur')
}

const shown = (wrapper: VueWrapper): string => wrapper.get('input').element.value
const told = (wrapper: VueWrapper): string => wrapper.find('[role=alert]').exists() ? wrapper.get('[role=alert]').text() : ''
const given = (wrapper: VueWrapper): unknown => wrapper.props('modelValue' as never)

async function opened(wrapper: VueWrapper): Promise<void> {
  await wrapper.get('button').trigger('click')
  await flushPromises()
}

const focused = (): string | null => document.activeElement?.getAttribute('aria-label') ?? null
const named = (wrapper: VueWrapper, name: string) => wrapper.get(`dialog [aria-label="${name}"]`)

async function press(key: string, more: object = {}): Promise<void> {
  document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }))
  await nextTick()
  await nextTick()
}

describe('a day that is typed', () => {
  it.each(['2026-11-30', '20261130', '30 Nov 2026', '2026年11月30日'])('is taken as %s', async (text) => {
    const wrapper = field()
    await type(wrapper, text)
    expect(given(wrapper)).toBe('2026-11-30')
    expect(shown(wrapper)).toBe('30 Nov 2026')
    expect(told(wrapper)).toBe('')
  })

  it('is taken by Enter, before a form is sent by it', async () => {
    const wrapper = field()
    await wrapper.get('input').setValue('20261130')
    expect(given(wrapper)).toBe('')
    await wrapper.get('input').trigger('keydown', { key: 'Enter' })
    expect(given(wrapper)).toBe('2026-11-30')
  })

  it('is written anew when the language changes', async () => {
    const wrapper = field('2026-11-30', { min: '2026-12-01' })
    expect(shown(wrapper)).toBe('30 Nov 2026')
    useLanguage('zh')
    await nextTick()
    expect(shown(wrapper)).toBe('2026年11月30日')
    expect(told(wrapper)).toBe('2026年11月30日过早：此处最早可填 2026年12月1日。请选择该日或以后的日期。')
  })

  it('stays as it is where it is no day, and the field says so', async () => {
    const wrapper = field('2026-11-30')
    await type(wrapper, '30/02/2026')
    expect(shown(wrapper)).toBe('30/02/2026')
    expect(told(wrapper)).toContain('“30/02/2026” cannot be read as a day')
    expect(given(wrapper)).toBe('30/02/2026')

    await type(wrapper, '2026-02-30')
    expect(shown(wrapper)).toBe('2026-02-30')
    expect(told(wrapper)).toContain('“2026-02-30” is no day of the calendar')
    expect(given(wrapper)).toBe('2026-02-30')
    expect(wrapper.get('input').attributes('aria-invalid')).toBe('true')
    expect(await violations(wrapper.element)).toEqual([])

    await wrapper.get('input').setValue('2026-02-2')
    expect(told(wrapper)).toBe('') // nothing is said while somebody types
    await type(wrapper, '')
    expect(given(wrapper)).toBe('')
    expect(told(wrapper)).toBe('')
  })

  it('is refused outside of its bounds, and taken at them', async () => {
    const wrapper = field('', { min: TODAY, max: '2026-12-31' })
    await type(wrapper, '2026-11-28')
    expect(told(wrapper)).toContain('28 Nov 2026 is too early: the first day that can be taken here is 29 Nov 2026')
    await type(wrapper, '2027-01-01')
    expect(told(wrapper)).toContain('1 Jan 2027 is too late: the last day that can be taken here is 31 Dec 2026')
    for (const day of [TODAY, '2026-12-31']) {
      await type(wrapper, day)
      expect(told(wrapper)).toBe('')
    }
  })

  it('is refused in the words of the view where it has some', async () => {
    const wrapper = field('2026-11-28', { min: TODAY, wrong: 'This day is over.' })
    expect(told(wrapper)).toBe('This day is over.')
  })
})

describe('the calendar', () => {
  it('opens at the day, or at today, and its parts are named in the language of the page', async () => {
    const wrapper = field('2026-12-24')
    expect(wrapper.get('button').attributes('aria-label')).toBe('Open the calendar: Needed by, 24 Dec 2026')
    await opened(wrapper)
    expect(focused()).toMatch(/^Thursday,? 24 December 2026$/)
    expect(wrapper.get('dialog').attributes('aria-label')).toBe('Calendar: Needed by')
    expect(wrapper.get('dialog td[aria-selected=true]').text()).toBe('24')
    expect(await violations(document.body)).toEqual([])

    useLanguage('zh')
    const other = field()
    await opened(other)
    expect(focused()).toBe('2026年11月29日星期日')
    expect(other.get('dialog .month').text()).toBe('2026年11月')
    expect(other.findAll('dialog th').map((each) => each.attributes('aria-label'))).toEqual(
      ['一', '二', '三', '四', '五', '六', '日'].map((each) => `星期${each}`),
    )
    expect(other.find('[aria-label="下个月"]').exists()).toBe(true)
  })

  it('has each day of the month once, below its weekday', async () => {
    const wrapper = field('2026-11-29')
    await opened(wrapper)
    const weeks = wrapper.findAll('dialog tbody tr').map((row) => row.findAll('td').map((each) => each.text()))
    expect(weeks[0]).toEqual(['', '', '', '', '', '', '1'])
    expect(weeks.at(-1)).toEqual(['30', '', '', '', '', '', ''])
    expect(weeks.flat().filter(Boolean).map(Number)).toEqual(Array.from({ length: 30 }, (_, at) => at + 1))
  })

  it('is gone through by keys, which choose nothing', async () => {
    const wrapper = field(TODAY)
    await opened(wrapper)
    const ways = [
      ['ArrowRight', '30 November 2026'],
      ['ArrowDown', '7 December 2026'],
      ['End', '13 December 2026'],
      ['Home', '7 December 2026'],
      ['ArrowUp', '30 November 2026'],
      ['PageUp', '30 October 2026'],
      ['ArrowRight', '31 October 2026'],
      ['PageDown', '30 November 2026'],
      ['ArrowLeft', '29 November 2026'],
    ] as const
    for (const [key, day] of ways) {
      await press(key)
      expect(focused()).toContain(day)
    }
    await press('PageDown', { shiftKey: true })
    expect(focused()).toContain('29 November 2027')
    expect(given(wrapper)).toBe(TODAY)
  })

  it('chooses with a click, and closes', async () => {
    const wrapper = field()
    await opened(wrapper)
    await named(wrapper, 'Next month').trigger('click')
    await named(wrapper, wholeDate('2026-12-04')).trigger('click')
    expect(given(wrapper)).toBe('2026-12-04')
    expect(shown(wrapper)).toBe('4 Dec 2026')
    expect(wrapper.find('dialog').exists()).toBe(false)
  })

  it('goes no further than its bounds, and chooses nothing outside', async () => {
    const wrapper = field('', { min: '2026-11-27', max: '2026-12-02' })
    await opened(wrapper)
    await press('ArrowUp')
    expect(focused()).toContain('27 November')
    await press('PageDown', { shiftKey: true })
    expect(focused()).toContain('2 December')
    await named(wrapper, 'Next month').trigger('click')
    expect(wrapper.get('dialog .month').text()).toBe('December 2026')
    expect(named(wrapper, 'Next month').attributes('aria-disabled')).toBe('true')
    const after = named(wrapper, wholeDate('2026-12-03'))
    expect(after.attributes('aria-disabled')).toBe('true')
    await after.trigger('click')
    expect(given(wrapper)).toBe('')
    await named(wrapper, 'Previous year').trigger('click')
    expect(wrapper.get('dialog .month').text()).toBe('November 2026')
  })

  it('takes today, clears, and closes without either', async () => {
    const wrapper = field('2026-12-24')
    const foot = (text: string) => wrapper.findAll('dialog button').find((each) => each.text() === text)!
    await opened(wrapper)
    await foot('Close').trigger('click')
    expect(given(wrapper)).toBe('2026-12-24')
    await opened(wrapper)
    await foot('Today').trigger('click')
    expect(given(wrapper)).toBe(TODAY)
    await opened(wrapper)
    await foot('Clear').trigger('click')
    expect(given(wrapper)).toBe('')
    expect(wrapper.find('dialog').exists()).toBe(false)
  })

  it('opens by the arrow from the field, with what was typed', async () => {
    const wrapper = field()
    await wrapper.get('input').setValue('20270305')
    await wrapper.get('input').trigger('keydown', { key: 'ArrowDown' })
    await flushPromises()
    expect(focused()).toBe(wholeDate('2027-03-05'))
  })
})
