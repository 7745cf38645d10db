import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { useLanguage } from '@/i18n'
import { session } from '@/session'
import { lock } from '@/signing/keys/held'
import { trusted } from '@/signing/trust/kept'
import ActFlow from '@/views/district/ActFlow.vue'
import ApproveLeaving from '@/views/district/ApproveLeaving.vue'
import DecideSeveral from '@/views/district/DecideSeveral.vue'
import ReasonField from '@/views/district/ReasonField.vue'
import { saidOf } from '@/views/district/refused'
import { ProblemError } from '@/api/client'

import { problem, serverAnswers } from '../../answers'
import { act, ACT_SIGNER, ACT_TRUST, NOW, open } from '../../signing/given'
import actVectors from '../../vectors/acts.json'
import { leave, mounted, press, proposal, settled, textOf } from './mounted'

const { vectors } = actVectors
const SECOND = `${'0'.repeat(61)}2`

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW })
  useLanguage('en')
  session.who = { account: ACT_SIGNER.address, divisions: ['420102'], scopes: [] }
  trusted.value = ACT_TRUST
  open(ACT_SIGNER)
})
afterEach(() => {
  leave()
  lock()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

function refused(parameter: string, detail: string) {
  const errors = [{ parameter, value: 'x', detail }]
  return { ...problem(422, 'urn:shecang:problem:parameter-malformed', `${parameter}: ${detail}`), errors }
}

describe('several proposals', () => {
  const rows = [proposal({ giver_is_stale: true }), proposal({ key: SECOND, quantity: '7' })]

  it('stay on screen with goods, giver, receiver and key while their approval is signed', async () => {
    serverAnswers({ 'POST /v1/acts': act(vectors.approve).answer })
    const { view } = await mounted(DecideSeveral, { verb: 'approve', proposals: rows })
    view.findComponent(ReasonField).vm.$emit('update:modelValue', 'seen-on-site')
    await press(view, 'Next')
    await press(view, 'Prepare for signing')
    await vi.waitFor(() => expect(view.find('.reading').exists()).toBe(true))
    const [first, second] = view.findAll('tbody tr').map((row) => textOf(row as never))
    for (const word of ['Surgical masks', '300 boxes', 'East community', 'West community', '07000000…']) {
      expect(first).toContain(word)
    }
    expect(second).toContain('00000000…')
    expect(view.find('.reading').text()).toContain('07000000…') // as the sentences name it
  })

  it('are shown with what the server says beside the reason, and once', async () => {
    serverAnswers({ 'POST /v1/acts': () => ({ status: 422, body: refused('approve.stale_reason', 'no such reason') }) })
    const { view } = await mounted(DecideSeveral, { verb: 'approve', proposals: rows })
    view.findComponent(ReasonField).vm.$emit('update:modelValue', 'seen-on-site')
    await press(view, 'Next')
    await press(view, 'Prepare for signing')
    expect(view.find('.field-problem').text()).toBe('no such reason')
    expect(view.text().match(/no such reason/g)).toHaveLength(1)
  })
})

describe('an act', () => {
  const form = { act: 'show', document: 'ab'.repeat(31) } as const

  it('says as a whole what is refused of no field, and once', async () => {
    serverAnswers({ 'POST /v1/acts': () => ({ status: 422, body: refused('show.document', 'no such document') }) })
    const { view } = await mounted(ActFlow, { form })
    await press(view, 'Prepare for signing')
    expect(view.find('[role=alert]').text()).toBe('show.document: no such document')
  })

  it('can be gone back from before a key is open', async () => {
    session.who = null
    lock()
    const { view } = await mounted(ActFlow, { form })
    await press(view, 'Change it')
    expect(view.emitted('cancel')).toHaveLength(1)
  })

  it('says sites by their names beside the codes', async () => {
    const { form: given } = vectors['approve-with-consent']
    const sites = [{ site: '420106001001101', name: { zh: '东城社区', en: 'East community' } }]
    serverAnswers({
      'POST /v1/acts': act(vectors['approve-with-consent']).answer,
      'GET /v1/sites': { sites, next_after: null },
    })
    const { by: _by, ...unsigned } = given
    const { view } = await mounted(ActFlow, { form: unsigned })
    await press(view, 'Prepare for signing')
    await vi.waitFor(() => expect(view.find('.reading').text()).toContain('East community'))
  })
})

describe('what the server says of fields', () => {
  const error = (...parameters: string[]) =>
    new ProblemError(422, 't', 't', 'd', parameters.map((parameter) => ({ parameter, detail: `of ${parameter}` })))

  it('stands beside them, where there is one for each', () => {
    expect(saidOf(error('reject.reason'), ['reason'])).toEqual({ reason: 'of reject.reason' })
    expect(saidOf(error('reject.reason', 'reject.proposals.0'), ['reason'])).toBeNull()
    expect(saidOf(error(), ['reason'])).toBeNull()
    expect(saidOf(new Error('reason'), ['reason'])).toBeNull()
  })
})

describe('goods that leave the district', () => {
  const leaving = proposal({ receiver: '420103001001501' })

  async function withDeadline(text: string) {
    serverAnswers({})
    const { view } = await mounted(ApproveLeaving, { proposal: leaving })
    await view.find('input[inputmode=numeric]').setValue(text)
    await view.find('input[inputmode=numeric]').trigger('blur')
    await press(view, 'Next')
    await settled()
    return view
  }

  it('are not approved without a day, nor until one that is over, which is said as what it is', async () => {
    expect((await withDeadline('')).find('.field-problem').text()).toContain('No day is given')
    const past = await withDeadline('2020-01-01')
    expect(past.find('.field-problem').text()).toContain('too early')
    expect(past.text()).not.toContain('Prepare for signing')
  })

  it('are approved until a day to come', async () => {
    expect((await withDeadline('2026-12-20')).text()).toContain('Prepare for signing')
  })
})
