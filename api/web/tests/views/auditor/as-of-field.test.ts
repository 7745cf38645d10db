import { mount, type VueWrapper } from '@vue/test-utils'
import { beforeEach, describe, expect, it } from 'vitest'

import { i18n, useLanguage } from '@/i18n'
import AsOfField from '@/views/auditor/AsOfField.vue'

beforeEach(() => useLanguage('en'))

function asked(wrapper: VueWrapper): unknown[] {
  return (wrapper.emitted('update:modelValue') ?? []).map(([day]) => day)
}

describe('the day as of which an auditor reads', () => {
  it('is asked for once it is one that has come; anything else stays in the field, which says why', async () => {
    const wrapper = mount(AsOfField, { props: { modelValue: '' }, global: { plugins: [i18n] } })
    const input = wrapper.get('input')
    for (const [typed, told] of [
      ['31 Feb 2026', 'is no day of the calendar'],
      ['last week', 'cannot be read as a day'],
      ['2999-01-01', 'has not come yet'],
    ] as const) {
      await input.setValue(typed)
      await input.trigger('blur')
      expect(wrapper.get('[role=alert]').text()).toContain(told)
      expect(input.element.value).not.toBe('')
      expect(asked(wrapper)).toEqual([])
    }
    await input.setValue('20260905')
    await input.trigger('blur')
    expect(asked(wrapper)).toEqual(['2026-09-05'])
    await wrapper.setProps({ modelValue: '2026-09-05' })
    expect(input.element.value).toBe('5 Sept 2026')
    await wrapper.setProps({ modelValue: '' }) // as by a link elsewhere in the view
    expect(input.element.value).toBe('')
  })
})
