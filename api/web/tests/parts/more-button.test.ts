import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { computed, defineComponent, h } from 'vue'

import { i18n, useLanguage } from '@/i18n'
import { usePaged } from '@/paged'
import MoreButton from '@/parts/MoreButton.vue'

import { problem, serverAnswers } from '../answers'

let view: VueWrapper

async function show(label?: string): Promise<void> {
  const View = defineComponent(() => {
    const list = usePaged<{ rows: string[]; next_after: string | null }, string>(
      () => ({ path: '/v1/rows' }),
      (page) => page.rows,
    )
    const said = computed(() => list.rows.value.join(' '))
    return () => h('main', [h('p', { class: 'rows' }, said.value), h(MoreButton, label ? { list, label } : { list })])
  })
  view = mount(View, { global: { plugins: [i18n] } })
  await flushPromises()
}
const press = async () => {
  await view.find('button').trigger('click')
  await flushPromises()
}
const FIRST = { rows: ['a'], next_after: 'a' }

beforeEach(async () => {
  useLanguage('en')
  serverAnswers({ 'GET /v1/rows': FIRST })
})
afterEach(() => view.unmount())

describe('more of a list', () => {
  it('is fetched, and not offered where there is none', async () => {
    await show()
    serverAnswers({ 'GET /v1/rows': { rows: ['b'], next_after: null } })
    expect(view.find('button').text()).toBe('Show more')
    await press()
    expect(view.find('.rows').text()).toBe('a b')
    expect(view.find('button').exists()).toBe(false)
  })

  it.each([
    ['is away', () => new TypeError('away'), 'cannot be reached'],
    ['refuses', () => ({ status: 429, body: problem(429, 'x', 'wait 20 s') }), 'wait 20 s'],
  ])('is said not to have come where the server %s, and can be asked for again', async (_, answer, said) => {
    await show()
    serverAnswers({ 'GET /v1/rows': answer })
    await press()
    expect(view.find('[role=alert]').text()).toContain(said)
    expect(view.find('.rows').text()).toBe('a')
    serverAnswers({ 'GET /v1/rows': { rows: ['b'], next_after: null } })
    await press()
    expect([view.find('.rows').text(), view.find('[role=alert]').exists()]).toEqual(['a b', false])
  })

  it('is called what the list says', async () => {
    await show('More suppliers')
    expect(view.find('button').text()).toBe('More suppliers')
  })
})
