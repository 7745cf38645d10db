import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { keccak256 } from 'viem'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { h } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'

import { i18n, useLanguage } from '@/i18n'
import { consentOf, readDraft } from '@/signing/drafts'
import { lock } from '@/signing/keys/held'
import type { Prepared, Reading } from '@/signing/prepared'
import SigningPanel from '@/signing/SigningPanel.vue'
import { trusted } from '@/signing/trust/kept'
import { common } from '@/words/common'
import { signingDrafts } from '@/words/signing-drafts'

import { problem, serverAnswers } from '../answers'
import { violations } from '../axe'
import { workersHere } from '../workers'
import keystores from '../vectors/keystores.json'
import {
  act,
  ACT_SIGNER,
  ACT_TRUST,
  answerOf,
  BLOCK,
  HAND_OVER,
  HAND_OVER_FORM,
  handOver,
  issue,
  KEEPER,
  NOW,
  open,
  openAct,
  RECEIVER,
  STRANGER,
  transaction,
  TRUST,
} from './given'

const key = answerOf(HAND_OVER).key
const router = createRouter({
  history: createMemoryHistory(),
  routes: [{ path: '/:rest(.*)*', component: { template: '<div />' } }],
})
let panel: VueWrapper

async function show(prepared: Prepared, slots: object = {}): Promise<void> {
  const global = { plugins: [i18n, router] }
  panel = mount(SigningPanel, { props: { prepared }, slots, global, attachTo: document.body })
  await settled()
}

/** Let everything run that waits for nothing but itself. */
async function settled(milliseconds = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds)
  await flushPromises()
}

const phase = () => panel.find('.signing-panel').attributes('data-phase')
const button = (text: string) => panel.findAll('button').find((each) => each.text() === text)
const press = async (text: string, milliseconds = 0) => {
  await button(text)?.trigger('click')
  await settled(milliseconds)
}
const recorded = ({ body }: any) => ({ body: transaction(keccak256(body.raw)) })

/** A server that takes what the keeper sends, and records it. */
function recording(more: object = {}) {
  return serverAnswers({
    [`POST /v1/drafts/${issue().answer.key}/number`]: { number: 7 },
    'POST /v1/transactions': recorded,
    ...more,
  })
}

/** A look at any transaction answers with this. */
function looksAnswer(body: object | Error): void {
  const asked = globalThis.fetch
  vi.stubGlobal('fetch', (path: string, options: RequestInit) => {
    if (!path.startsWith('/v1/transactions/0x')) return asked(path, options)
    return body instanceof Error ? Promise.reject(body) : Promise.resolve(new Response(JSON.stringify(body)))
  })
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'], now: NOW })
  useLanguage('en')
  trusted.value = TRUST
  open(KEEPER)
  serverAnswers({})
})
afterEach(() => {
  panel.unmount()
  lock()
  vi.useRealTimers()
})

describe('what is missing is asked for, and nothing is shown before', () => {
  it('a trust file', async () => {
    trusted.value = null
    await show(handOver())
    await vi.waitFor(() => expect(phase()).toBe('trust')) // once the browser's own store was looked at
    expect(panel.text()).not.toContain('hands over')
    trusted.value = TRUST
    await settled()
    expect(phase()).toBe('ready')
  })

  it('a key, and once it is open the same is read', async () => {
    lock()
    await show(handOver())
    expect(phase()).toBe('key')
    expect(panel.text()).not.toContain('hands over')
    open(KEEPER)
    await settled()
    expect(phase()).toBe('ready')
    expect(panel.find('.reading-first').text()).toContain('hands over to site 420102001002301')
  })

  it('another key, where the one that is open signs nothing of it', async () => {
    open(STRANGER)
    await show(handOver())
    expect(phase()).toBe('wrong')
    expect(panel.text()).toContain(STRANGER.address)
    await press('Use another key')
    expect(phase()).toBe('key')
  })

  it('a key file is opened right there', async () => {
    lock()
    workersHere()
    await show(handOver())
    const file = new File([keystores[0]!.text], 'demo.json')
    const input = panel.find('input[type=file]')
    Object.defineProperty(input.element, 'files', { value: [file] })
    vi.useRealTimers()
    await input.trigger('change')
    await vi.waitFor(() => expect(panel.find('form input[type=password]').exists()).toBe(true))
    await panel.find('form').trigger('submit')
    await vi.waitFor(() => expect(phase()).toBe('wrong')) // it is none of the signers
    expect(panel.text()).toContain(keystores[0]!.address)
  })
})

describe('what differs', () => {
  it('is refused in red, with nothing to sign', async () => {
    const lines = HAND_OVER.document.lines.replace(/3$/, '4')
    const answer = answerOf({ ...HAND_OVER, document: { ...HAND_OVER.document, lines } })
    await show({ is: 'draft', answer, form: HAND_OVER_FORM })
    expect(phase()).toBe('wrong')
    expect(panel.find('[role=alert].notice-wrong').text()).toMatch(/4.*3/)
    expect(panel.find('.sign-button').exists()).toBe(false)
    expect(panel.text()).not.toContain('hands over')
  })

  it('leaves a way back to what was typed', async () => {
    trusted.value = { ...TRUST, chainId: 1 }
    await show(handOver())
    await press('Back to what I typed')
    expect(panel.emitted('cancel')).toHaveLength(1)
  })
})

describe('what is read', () => {
  it('is in the language in force, with the note and what the server filled in', async () => {
    await show(issue())
    expect(panel.text()).toContain('给东门诊')
    useLanguage('zh')
    await settled()
    expect(panel.find('.reading-first').text()).toMatch(/^发放：储备点/)
    panel.unmount()
    await show(handOver())
    expect(panel.find('.filled-in').text()).toContain('由服务器填入')
    expect(panel.text()).not.toContain('不予显示')
  })

  it('calls things by names where it is given them', async () => {
    await show(handOver())
    await panel.setProps({ names: { site: (site: bigint) => (site === 420102001001101n ? 'Dongcheng' : undefined) } })
    expect(panel.find('.reading-first').text()).toContain('Dongcheng')
  })

  it('is said in the words of the view first, with the exact sentences behind them', async () => {
    const plain = ({ subject }: { subject: Reading['subject'] }) => h('p', { class: 'own-words' }, subject.is)
    await show(handOver(), { plain })
    expect(panel.find('.own-words').text()).toBe('draft')
    expect(panel.find('.reading-first').exists()).toBe(false)
    const exact = panel.find('details.reading-exact')
    expect(exact.attributes('open')).toBeUndefined()
    expect(exact.text()).toContain('hands over to site 420102001002301')
    expect(panel.find('.filled-in').element.closest('details')).toBeNull()
    // What was filled in and means nothing outside the ledger stands behind, too.
    const { fields } = signingDrafts.en
    expect(panel.findAll('.filled-in dt').map((each) => each.text())).toEqual([fields.time])
    expect(panel.find('details.filled-behind').text()).toContain(fields.validUntil)
  })
})

describe('sending', () => {
  const last = transaction('0x', { state: 'recorded', recorded_in: 24, block: BLOCK })

  it('nothing is asked of the server for five seconds, in which it can be stopped', async () => {
    const asked = recording()
    await show(issue())
    await press('Sign and send', 4_800)
    expect(phase()).toBe('undo')
    expect(panel.text()).toContain('1 s')
    await press('Stop', 10_000)
    expect(phase()).toBe('ready')
    expect(panel.text()).toContain('nothing was signed')
    expect(asked).toEqual([])
  })

  it('then it is signed, handed in and followed until it is recorded', async () => {
    const asked = recording()
    looksAnswer(last)
    await show(issue())
    await press('Sign and send', 5_200)
    await settled(1_000)
    expect(panel.get('.signing-outcome strong').text()).toBe('It is recorded.')
    expect(panel.get('.signing-outcome details').text()).toContain('Recorded in block 24.')
    expect(asked.map((each) => each.path).at(-1)).toBe('/v1/transactions')
    expect(panel.emitted('settled')).toMatchObject([[{ is: 'recorded', block: 24 }]])
    await press('Done')
    expect(panel.emitted('done')).toMatchObject([[{ is: 'recorded', block: 24 }]])
  })

  it('an act likewise', async () => {
    trusted.value = ACT_TRUST
    open(ACT_SIGNER)
    recording({ 'POST /v1/acts/number': { number: 7 } })
    looksAnswer(last)
    await show(act())
    await press('Sign and send', 6_000)
    expect(panel.text()).toContain('Recorded in block 24.')
  })

  it('and what the server filled into an act is called by its name', async () => {
    trusted.value = ACT_TRUST
    open(ACT_SIGNER)
    await show(openAct())
    expect(panel.find('.filled-in dt').text()).toBe(i18n.global.t('signingActs.fields.by'))
  })

  it('a refusal of the ledger is said in its own words', async () => {
    recording()
    const refusal = { type: 'x', en: 'only 2 are left', zh: '仅余 2' }
    looksAnswer({ ...last, state: 'refused', recorded_in: null, refusal })
    await show(issue())
    await press('Sign and send', 6_000)
    expect(panel.find('[data-outcome=refused]').text()).toContain('only 2 are left')
  })

  it('what was lost on the way is tried again, and nothing is signed twice', async () => {
    let isAway = true
    const asked = recording({ 'POST /v1/transactions': (given: any) => (isAway ? new TypeError('x') : recorded(given)) })
    looksAnswer(last)
    await show(issue())
    await press('Sign and send', 5_200)
    expect(phase()).toBe('failed')
    expect(panel.text()).toContain('hands in the same once more')
    isAway = false
    await press('Try again', 1_000)
    expect(panel.text()).toContain('Recorded in block 24.')
    const handed = asked.filter((each) => each.path === '/v1/transactions').map((each) => each.body.raw)
    expect(new Set(handed).size).toBe(1)
    expect(asked.filter((each) => each.path.endsWith('/number'))).toHaveLength(1)
  })

  it('whoever is signed out meanwhile is told to sign in, and not how programs do', async () => {
    const detail = 'send `Authorization: Bearer`; see `shecang reader add`'
    recording({ 'POST /v1/transactions': () => ({ status: 401, body: problem(401, 'urn:shecang:problem:not-signed-in', detail) }) })
    await show(issue())
    await press('Sign and send', 5_200)
    expect(phase()).toBe('failed')
    expect(panel.text()).not.toContain('Bearer')
    expect(panel.text()).toContain(common.en.signInHint)
    expect(panel.get('.notice-wrong a').attributes('href')).toBe('/sign-in?to=/')
  })

  it('a server that goes away while it is followed is waited for, and that is said', async () => {
    recording()
    looksAnswer(new TypeError('away'))
    await show(issue())
    await press('Sign and send', 6_000)
    expect(phase()).toBe('working')
    expect(panel.text()).toContain('cannot be reached')
    looksAnswer(last)
    await settled(3_000)
    expect(panel.text()).toContain('Recorded in block 24.')
  })

  it('a key that is locked in the undo window signs nothing', async () => {
    const asked = recording()
    await show(issue())
    await press('Sign and send', 1_000)
    lock()
    await settled(10_000)
    expect(phase()).toBe('key')
    expect(asked).toEqual([])
  })

  it('another key that was opened meanwhile does not sign what was read for the first', async () => {
    recording({ 'POST /v1/transactions': () => ({ status: 409, body: problem(409) }) })
    await show(issue())
    await press('Sign and send', 5_200)
    expect(phase()).toBe('failed')
    open(STRANGER)
    await press('Try again', 1_000)
    expect(phase()).toBe('failed')
    expect(panel.text()).toContain(STRANGER.address)
  })

  it('what was handed in already is followed, not signed again', async () => {
    const { answer } = issue()
    looksAnswer(last)
    await show({ is: 'draft', answer: { ...answer, state: 'sent', transaction: `0x${'ab'.repeat(32)}` } } as Prepared)
    await settled(1_000)
    expect(panel.text()).toContain('Recorded in block 24.')
  })
})

describe('something else that is shown in its place', () => {
  it('gets no outcome of what was under way', async () => {
    recording()
    looksAnswer(transaction('0x', { state: 'received' } as object))
    await show(issue())
    await press('Sign and send', 6_000)
    expect(phase()).toBe('working')
    await panel.setProps({ prepared: handOver() })
    looksAnswer(transaction('0x', { state: 'recorded', recorded_in: 24, block: BLOCK }))
    await settled(10_000)
    expect(phase()).toBe('ready')
    expect(panel.find('.reading-first').text()).toContain('hands over')
    expect(panel.emitted('settled')).toBeUndefined()
  })
})

describe('with several signers', () => {
  const consented = async () => ({
    ...HAND_OVER,
    consents: { other: await RECEIVER.consent(consentOf(readDraft(HAND_OVER))), approver: null },
  })

  it('the sender is told whom it waits for, and looks again', async () => {
    await show(handOver())
    expect(panel.text()).toContain('other party')
    expect(panel.find('.sign-button').exists()).toBe(false)
    serverAnswers({ [`GET /v1/drafts/${key}`]: answerOf(await consented()) })
    await press('Look whether they have signed', 100)
    expect(button('Sign and send')).toBeDefined()
  })

  it('may leave it to them', async () => {
    await show(handOver())
    await press('Done')
    expect(panel.emitted('done')).toMatchObject([[{ is: 'waiting', key, waiting: [{ part: 'other' }] }]])
  })

  it('another signer’s consent is handed in, and the sender is next', async () => {
    open(RECEIVER)
    const asked = serverAnswers({ [`POST /v1/drafts/${key}/consents`]: answerOf(await consented()) })
    await show({ is: 'draft', answer: answerOf(HAND_OVER) })
    await press('Sign', 5_200)
    expect(asked).toHaveLength(1)
    expect(panel.find('[data-outcome=consented]').text()).toContain('Everybody has signed')
    expect(panel.emitted('settled')).toHaveLength(1)
  })

  it('who has signed already has nothing more to sign', async () => {
    open(RECEIVER)
    await show({ is: 'draft', answer: answerOf(await consented()) })
    expect(panel.text()).toContain('has signed already')
    expect(panel.find('.sign-button').exists()).toBe(false)
  })
})

describe('whoever hears the page', () => {
  it('is led to the panel, and on where the button that stops it goes', async () => {
    recording()
    looksAnswer(transaction('0x', { state: 'received' } as object))
    await show(issue())
    const title = panel.get('#signing-title').element
    expect(document.activeElement).toBe(title)
    await press('Sign and send', 1_000)
    expect(document.activeElement?.textContent).toContain('Stop')
    await press('Stop')
    expect(document.activeElement).toBe(title)
    await press('Sign and send', 5_200)
    expect(phase()).toBe('working')
    expect(document.activeElement).toBe(title)
  })

  it.each(['trust', 'key', 'wrong', 'ready', 'undo', 'outcome'])('finds nothing amiss: %s', async (name) => {
    recording()
    looksAnswer(transaction('0x', { state: 'recorded', recorded_in: 24, block: BLOCK }))
    if (name === 'trust') trusted.value = null
    if (name === 'key') lock()
    if (name === 'wrong') trusted.value = { ...TRUST, chainId: 1 }
    await show(issue())
    if (name === 'undo' || name === 'outcome') await press('Sign and send', name === 'undo' ? 1_000 : 6_000)
    await vi.waitFor(() => expect(phase()).toBe(name))
    vi.useRealTimers()
    expect(await violations(panel.element)).toEqual([])
  })
})
