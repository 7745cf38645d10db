import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { useLanguage } from '@/i18n'
import { session } from '@/session'
import { lock } from '@/signing/keys/held'
import EmergencyView from '@/views/district/EmergencyView.vue'
import ReasonField from '@/views/district/ReasonField.vue'

import { problem, serverAnswers } from '../../answers'
import { ACT_SIGNER, NOW, open } from '../../signing/given'
import { BLOCK } from '../auditor/shapes'
import { leave, mounted, press, settled } from './mounted'

const EMERGENCY = {
  division: '420102',
  since: '2026-11-20T00:00:00Z',
  until: '2026-12-01T00:00:00Z',
  reason: 'natural-disaster',
  state: 'in_force',
  ended_at: null,
}

function answers(more: object = {}) {
  return serverAnswers({
    'GET /v1/norms/420102': () => ({ body: { emergencies: [{ ...EMERGENCY }], terms: [], block: BLOCK } }),
    ...more,
  })
}

async function give(view: Awaited<ReturnType<typeof mounted>>['view'], file: File): Promise<void> {
  const input = view.find('input[type=file]')
  Object.defineProperty(input.element, 'files', { value: [file], configurable: true })
  await input.trigger('change')
  await vi.waitFor(async () => {
    await settled()
    expect(view.find('.is-loading').exists()).toBe(false)
  })
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW })
  useLanguage('en')
  session.who = { account: ACT_SIGNER.address, divisions: ['420102'], scopes: [] }
  open(ACT_SIGNER)
})
afterEach(() => {
  leave()
  lock()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it('keeps the form that ends one when the language changes', async () => {
  answers()
  const { view } = await mounted(EmergencyView)
  await press(view, 'End it')
  view.findComponent(ReasonField).vm.$emit('update:modelValue', 'danger-past')
  useLanguage('zh')
  await settled()
  expect(view.findComponent(ReasonField).props('modelValue')).toBe('danger-past')
})

it('begins anew when another division is chosen', async () => {
  answers()
  const { view, router } = await mounted(EmergencyView)
  await press(view, 'End it')
  view.findComponent(ReasonField).vm.$emit('update:modelValue', 'danger-past')
  await press(view, 'Next')
  expect(view.text()).toContain('Prepare for signing')
  await router.push('/district/emergency?division=420102001')
  await settled()
  expect(view.text()).not.toContain('Prepare for signing')
})

describe('a declaration', () => {
  const decision = new File(['the river rises'], 'decision.txt')

  async function filled(file: File) {
    const { view } = await mounted(EmergencyView)
    await press(view, 'Declare an emergency')
    await view.find('input[inputmode=numeric]').setValue('20261203')
    await view.find('input[inputmode=numeric]').trigger('blur')
    view.findComponent(ReasonField).vm.$emit('update:modelValue', 'natural-disaster')
    await give(view, file)
    await press(view, 'Next')
    return view
  }

  it('says at each field what is missing', async () => {
    answers()
    const { view } = await mounted(EmergencyView)
    await press(view, 'Declare an emergency')
    await press(view, 'Next')
    expect(view.findAll('.field-problem').map((each) => each.text().slice(0, 18))).toEqual([
      'No day is given. A',
      'No reason is given',
      'No file is given. ',
    ])
  })

  it('is prepared with the hash of the decision', async () => {
    const asked = answers({ 'POST /v1/acts': () => ({ status: 404 }) })
    await press(await filled(decision), 'Prepare for signing')
    expect(asked.find(({ method }) => method === 'POST')?.body).toEqual({
      act: 'declare-emergency',
      division: '420102',
      until: '2026-12-03',
      reason: 'natural-disaster',
      source: '0x9154dedcde1652afdf657f6f18b82b4bac297a444091aab772fb9c705dd967cb',
      by: { address: ACT_SIGNER.address },
    })
  })

  it('says why a file has no hash', async () => {
    answers()
    vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) }) // as over plain HTTP
    const view = await filled(decision)
    expect(view.find('.field-problem').text()).toContain('only over HTTPS')
    expect(view.text()).not.toContain('Prepare for signing')
  })

  it('has what the server says beside the field, and what was filled in', async () => {
    const errors = [{ parameter: 'declare-emergency.until', value: 'x', detail: 'too far away' }]
    const refusal = { ...problem(422, 't', 'declare-emergency.until: too far away'), errors }
    answers({ 'POST /v1/acts': () => ({ status: 422, body: refusal }) })
    const view = await filled(decision)
    await press(view, 'Prepare for signing')
    expect(view.find('.field-problem').text()).toBe('too far away')
    expect(view.text()).toContain('decision.txt')
    expect(view.text()).not.toContain('Prepare for signing')
  })
})
