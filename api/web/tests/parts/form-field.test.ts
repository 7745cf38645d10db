import { mount } from '@vue/test-utils'
import { beforeEach, expect, it } from 'vitest'
import { h } from 'vue'

import { i18n, useLanguage } from '@/i18n'
import FormField from '@/parts/FormField.vue'

import { violations } from '../axe'

const show = (props: object) =>
  mount(FormField, {
    props: { label: 'Quantity', ...props },
    slots: { default: ({ field }: { field: object }) => h('input', field) },
    global: { plugins: [i18n] },
    attachTo: document.body,
  })

beforeEach(() => useLanguage('en'))

it('a field is tied to its label alone where there is nothing more to say', async () => {
  const view = show({})
  const input = view.find('input')
  expect(view.find('label').attributes('for')).toBe(input.attributes('id'))
  expect([input.attributes('aria-describedby'), input.attributes('aria-invalid')]).toEqual([undefined, 'false'])
  expect(await violations(view.element.parentElement!)).toEqual([])
  view.unmount()
})

it('a field is tied to its hint and to what is wrong, which is told at once', async () => {
  const view = show({ hint: 'Whole boxes.', wrong: 'Write a number.', isRequired: true })
  const input = view.find('input')
  const described = input.attributes('aria-describedby')!.split(' ').map((id) => document.getElementById(id)?.textContent)
  expect(described).toEqual(['Whole boxes.', 'Write a number.'])
  expect([input.attributes('aria-invalid'), view.find('[role=alert]').text()]).toEqual(['true', 'Write a number.'])
  expect(view.find('label').text()).toBe('Quantity (required)')
  expect(await violations(view.element.parentElement!)).toEqual([])
  view.unmount()
})
