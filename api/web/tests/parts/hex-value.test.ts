import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { i18n, useLanguage } from '@/i18n'
import HexValue from '@/parts/HexValue.vue'

import { violations } from '../axe'

const VALUE = `0x${'ab12'.repeat(16)}`
let view: VueWrapper

const copy = async () => {
  await view.find('.hex-copy').trigger('click')
  await flushPromises()
}

beforeEach(() => {
  useLanguage('en')
  view = mount(HexValue, { props: { value: VALUE, label: 'Key' }, global: { plugins: [i18n] }, attachTo: document.body })
})
afterEach(() => {
  view.unmount()
  vi.unstubAllGlobals()
  Reflect.deleteProperty(document, 'execCommand')
})

it('shows its first digits, and the whole on demand', async () => {
  expect(view.find('code').text()).toBe('0xab12ab12…')
  await view.find('.hex-digits').trigger('click')
  expect(view.find('code').text()).toBe(VALUE)
  expect(await violations(view.element.parentElement!)).toEqual([])
})

describe('copying', () => {
  it('puts the whole value on the clipboard', async () => {
    const writeText = vi.fn(async () => undefined)
    vi.stubGlobal('navigator', { clipboard: { writeText } })
    await copy()
    expect(writeText).toHaveBeenCalledWith(VALUE)
    expect(view.find('[role=status]').text()).toBe('Copied')
  })

  it.each([
    ['there is no clipboard, as over plain HTTP', {}],
    ['it is refused', { clipboard: { writeText: () => Promise.reject(new DOMException('no', 'NotAllowedError')) } }],
  ])('selects and copies it where %s', async (_, navigator) => {
    vi.stubGlobal('navigator', navigator)
    let selected = ''
    Object.assign(document, { execCommand: () => (selected = String(getSelection())) !== '' })
    await copy()
    expect(selected).toBe(VALUE)
    expect(view.find('[role=status]').text()).toBe('Copied')
  })

  it('leaves it selected, and says so, where the browser does not copy at all', async () => {
    vi.stubGlobal('navigator', {})
    await copy()
    expect(String(getSelection())).toBe(VALUE)
    expect(view.find('[role=status]').text()).toContain('It is selected')
  })
})
