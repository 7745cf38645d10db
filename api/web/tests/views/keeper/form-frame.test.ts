import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'

import { useLanguage } from '@/i18n'
import { session } from '@/session'
import { useKeeperForm, type KeeperForm } from '@/views/keeper/form'
import { emptyIssue, issueBody, type IssueFields } from '@/views/keeper/forms/leaving'
import FormFrame from '@/views/keeper/parts/FormFrame.vue'
import NoteField from '@/views/keeper/parts/NoteField.vue'
import { wrongOf } from '@/views/keeper/parts/wording'
import { forget, keptOf } from '@/views/keeper/kept'
import { common } from '@/words/common'
import { keeper } from '@/words/keeper'

import { problem, serverAnswers } from '../../answers'
import { violations } from '../../axe'
import { SITE } from './holdings'
import { show } from './shown'

const ME = `0x${'a1'.repeat(20)}`
let view: VueWrapper
let form: KeeperForm<IssueFields>

/** A form that draws its note and nothing else. */
const Form = defineComponent({
  setup() {
    form = useKeeperForm<IssueFields>({
      name: 'issue',
      about: () => SITE,
      empty: emptyIssue,
      wrong: () => ({}),
      body: (fields, clientId, texts) => issueBody(SITE, fields, [], clientId, texts.note),
    })
    const note = () =>
      h(NoteField, { modelValue: form.texts.note, wrong: wrongOf(form, 'note') })
    return () => h(FormFrame as any, { form, title: 'Give goods out' }, { default: note }) // any: generic of its form
  },
})

async function refusedWith(status: number, said: object): Promise<string> {
  serverAnswers({ 'POST /v1/drafts': () => ({ status, body: { ...problem(status), ...said } }) })
  ;({ view } = await show(Form, {}, '/keeper/issue?request=ab'))
  await vi.waitUntil(() => form.isReady.value)
  form.fields.consignee = 'dd'.repeat(20)
  await form.send()
  await flushPromises()
  return view.get('.form-problem').text()
}

beforeEach(async () => {
  session.who = { account: ME, divisions: ['420102'], scopes: [] }
  useLanguage('en')
  for (const each of await keptOf(ME)) await forget(each.id)
})
afterEach(() => view.unmount())

describe('the fields', () => {
  it('are there once what was kept has come', async () => {
    serverAnswers({})
    ;({ view } = await show(Form))
    expect(view.find('textarea, button').exists()).toBe(false)
    expect(view.get('[role=status]').text()).toBe(common.en.loading)
    await vi.waitUntil(() => form.isReady.value)
    await flushPromises()
    expect(view.find('textarea').exists()).toBe(true)
  })
})

describe('what the server refuses', () => {
  it('of a field stands beside it, and only what no field shows is listed, without paths of JSON', async () => {
    const errors = [
      { parameter: 'issue.note', value: 'x', detail: 'at most 1000 characters' },
      { parameter: 'issue.reference.key', value: 'ab', detail: 'is no request of this site' },
    ]
    const detail = errors.map((each) => `${each.parameter}: ${each.detail}`).join('; ')
    const said = await refusedWith(422, { type: 'urn:shecang:problem:parameter-malformed', detail, errors })
    expect(view.get('.field-problem').text()).toBe('at most 1000 characters')
    expect(said).toContain('is no request of this site')
    expect(said).not.toContain('at most 1000 characters')
    expect(view.text()).not.toContain('issue.')
    expect(view.text()).toContain(keeper.en.forms.check)
    expect(await violations(view.element)).toEqual([])
  })

  it('is said as a whole where it names no field', async () => {
    expect(await refusedWith(409, { detail: 'the site is closed; choose another one', errors: undefined })).toContain(
      'the site is closed; choose another one',
    )
    expect(view.text()).not.toContain(keeper.en.forms.check)
  })

  it('leads to signing in and back where a session is over, and keeps what was typed for whoever typed it', async () => {
    const said = await refusedWith(401, { detail: 'send `Authorization: Bearer`; see `shecang reader add`' })
    expect(said).not.toContain('Bearer')
    expect(said).toContain(keeper.en.forms.signInAgain)
    const link = view.get('.form-problem a')
    expect(decodeURIComponent(link.attributes('href') ?? '')).toBe('/sign-in?to=/keeper/issue?request=ab')
    session.who = null // as the page learns then
    form.fields.reason = 'distribution'
    await flushPromises()
    view.unmount()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await keptOf(ME)).toMatchObject([{ fields: { consignee: 'dd'.repeat(20), reason: 'distribution' } }])
    expect(await keptOf('')).toEqual([])
  })
})
