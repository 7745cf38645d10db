import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defineComponent, h, ref } from 'vue'

import { useLanguage } from '@/i18n'
import { session } from '@/session'
import PersonPicker from '@/views/keeper/parts/PersonPicker.vue'

import { serverAnswers } from '../../answers'
import { show } from './shown'

const ME = `0x${'a1'.repeat(20)}`
const TYPED = `0x${'b2'.repeat(20)}`
const LISTED = `${ME}@420102001001`
const person = ref('')
let view: VueWrapper

const Picker = defineComponent({
  setup: () => () =>
    h(PersonPicker, {
      'modelValue': person.value,
      'onUpdate:modelValue': (next: string) => (person.value = next),
      'label': 'Who signs?',
      'role': 'keeper',
      'place': '420102001001',
      'isRequired': true,
      'choosesMe': true,
    }),
})

beforeEach(() => {
  person.value = ''
  useLanguage('en')
  session.who = { account: ME, divisions: ['420102'], scopes: [] }
  serverAnswers({ 'GET /v1/roles/grants': { grants: [{ holder: ME, division: '420102001001' }], next: null } })
})
afterEach(() => view.unmount())

describe('who signs', () => {
  it('is whoever is signed in, where they may', async () => {
    ;({ view } = await show(Picker))
    expect(person.value).toBe(LISTED)
  })

  it('stays the address that was typed when it is restored after the list has come, and in another language', async () => {
    ;({ view } = await show(Picker))
    person.value = TYPED
    await flushPromises()
    expect(view.get('input').element.value).toBe(TYPED)
    useLanguage('zh')
    await flushPromises()
    expect(person.value).toBe(TYPED)
    expect(view.get('input').element.value).toBe(TYPED)
  })

  it('may be typed and cleared again without another one taking the place', async () => {
    ;({ view } = await show(Picker))
    await view.get('select').setValue('other')
    await view.get('input').setValue(TYPED)
    expect(person.value).toBe(TYPED)
    await view.get('input').setValue('')
    expect(person.value).toBe('')
    expect(view.find('input').exists()).toBe(true)
  })

  it('is asked for again where a restored choice may sign no more', async () => {
    ;({ view } = await show(Picker))
    person.value = `${TYPED}@420102`
    await flushPromises()
    expect(person.value).toBe(LISTED)
  })
})
