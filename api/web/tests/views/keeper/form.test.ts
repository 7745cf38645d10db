import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { openDB } from 'idb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'

import { newClientId } from '@/client-id'
import { session } from '@/session'
import { useKeeperForm, type KeeperForm } from '@/views/keeper/form'
import { emptyIssue, issueBody, wrongIssue, type IssueFields } from '@/views/keeper/forms/leaving'
import { forget, keep, kept, keptOf } from '@/views/keeper/kept'

import { late } from '../../answers'
import { holding, MASKS, SITE } from './holdings'

const ME = `0x${'a1'.repeat(20)}`
const HOLDINGS = [holding('a', '30')]
const ID = `${ME} issue ${SITE}`
const KEY = 'c8'.repeat(31)

interface Sent {
  method: string
  path: string
  body: { client_id?: string; note?: string; lines?: unknown } | null
}

let sent: Sent[] = []
let answer: (request: Sent) => Response = () => json(500, {})
let mounted: VueWrapper[] = []

function json(status: number, body: object): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })
}

function begin(): KeeperForm<IssueFields> {
  let form: KeeperForm<IssueFields> | null = null
  const View = defineComponent({
    setup() {
      form = useKeeperForm<IssueFields>({
        name: 'issue',
        about: () => SITE,
        empty: emptyIssue,
        wrong: (fields) => wrongIssue(fields, HOLDINGS),
        body: (fields, clientId, texts) => issueBody(SITE, fields, HOLDINGS, clientId, texts.note),
      })
      return () => h('main')
    },
  })
  mounted.push(mount(View))
  if (form === null) throw new Error('not mounted')
  return form
}

/** A form for which nothing is kept, once that is known. */
async function begun(): Promise<KeeperForm<IssueFields>> {
  const form = begin()
  await vi.waitUntil(() => form.isReady.value)
  return form
}

/** A form of which a draft was prepared. */
async function prepared(): Promise<KeeperForm<IssueFields>> {
  const form = await begun()
  fillIn(form)
  answer = () => json(201, { key: KEY, state: 'open' })
  await form.send()
  await settle()
  return form
}

function fillIn(form: KeeperForm<IssueFields>, total = '5'): void {
  Object.assign(form.fields, { consignee: 'dd'.repeat(20), keeper: `${ME}@420102001001` })
  form.fields.goods = [{ item: MASKS, total, byLot: null }]
  form.texts.note = '王芳 138 0000 0000'
}

/** Everything that is in the database, whoever put it there. */
async function inDatabase(): Promise<unknown[]> {
  const database = await openDB('shecang-forms')
  const rows: unknown[] = await database.getAll('forms')
  database.close()
  return rows
}

/** Wait until what is kept after a moment is kept. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 450))
  await flushPromises()
}

beforeEach(async () => {
  session.who = { account: ME, divisions: ['420102'], scopes: [] }
  sent = []
  vi.stubGlobal('fetch', async (path: string, options: RequestInit = {}) => {
    const body = typeof options.body === 'string' ? (JSON.parse(options.body) as Sent['body']) : null
    const request = { method: options.method ?? 'GET', path, body }
    sent.push(request)
    return answer(request)
  })
  for (const form of await keptOf(ME)) await forget(form.id)
})

afterEach(async () => {
  for (const each of mounted) each.unmount()
  mounted = []
  await settle() // a form that is left is kept at once
})

describe('a form that is typed', () => {
  it('is kept without notes, and is there again after the page was left', async () => {
    const form = begin()
    await settle()
    expect(await inDatabase()).toEqual([])
    fillIn(form)
    await settle()
    const rows = await inDatabase()
    expect(rows).toHaveLength(1)
    expect(JSON.stringify(rows)).not.toMatch(/王芳|138 0000|note|name/)

    const again = begin()
    await settle()
    expect(again.restoredAt.value).not.toBeNull()
    expect(again.fields.goods).toEqual([{ item: MASKS, total: '5', byLot: null }])
    expect(again.texts.note).toBe('')
  })

  it('is not typed into before the kept one has come', async () => {
    fillIn(begin())
    await settle()
    mounted.pop()?.unmount()
    const again = begin()
    expect(again.isReady.value).toBe(false)
    await again.send()
    expect(again.wrongs.value).toEqual({})
    await settle()
    expect(again.isReady.value).toBe(true)
    expect(again.fields.goods).toEqual([{ item: MASKS, total: '5', byLot: null }])
  })

  it('is not kept where only the keeper was chosen by the page', async () => {
    const form = begin()
    await settle()
    form.fields.keeper = `${ME}@420102001001`
    await settle()
    expect(await inDatabase()).toEqual([])
  })

  it('belongs to whoever typed it', async () => {
    fillIn(begin())
    await settle()
    expect(await keptOf(ME)).toHaveLength(1)
    session.who = { account: `0x${'b2'.repeat(20)}`, divisions: ['420102'], scopes: [] }
    const other = begin()
    await settle()
    expect(other.fields.goods).toEqual([])
    expect(other.restoredAt.value).toBeNull()
  })

  it('is left to whoever typed it where somebody else signs in in another tab', async () => {
    const form = await begun()
    fillIn(form)
    await settle()
    form.fields.goods[0]!.total = '6'
    await flushPromises()
    session.who = { account: `0x${'b2'.repeat(20)}`, divisions: ['420102'], scopes: [] }
    expect(form.fields).toEqual(emptyIssue())
    expect(form.texts.note).toBe('')
    await settle()
    expect(form.isReady.value).toBe(true)
    expect(form.restoredAt.value).toBeNull()
    expect(await inDatabase()).toMatchObject([{ id: ID, fields: { goods: [{ total: '6' }] } }])
    fillIn(form, '7')
    await settle()
    expect(await kept(ID.replaceAll('a1', 'b2'))).toMatchObject({ fields: { goods: [{ total: '7' }] } })
    await forget(ID.replaceAll('a1', 'b2'))
    session.who = null // the session is over, and whoever typed signs in again
    await flushPromises()
    expect(form.fields.goods[0]?.total).toBe('7')
    session.who = { account: ME, divisions: ['420102'], scopes: [] }
    await settle()
    expect(form.fields.goods[0]?.total).toBe('6')
  })

  it('is nobody else\'s where it was being prepared while somebody else signed in', async () => {
    const form = await begun()
    fillIn(form)
    const { answer: prepared, resolve } = late()
    vi.stubGlobal('fetch', () => prepared)
    const sending = form.send()
    session.who = { account: `0x${'b2'.repeat(20)}`, divisions: ['420102'], scopes: [] }
    resolve({ key: KEY, state: 'open' })
    await sending
    await settle()
    expect(form.stage.value).toBe('typing')
    expect(form.toSign.value).toBeNull()
    expect(await kept(ID.replaceAll('a1', 'b2'))).toBeNull()
  })

  it('is not prepared where somebody else signed in while the one before was being withdrawn', async () => {
    const form = await begun()
    fillIn(form)
    answer = () => json(201, { key: KEY, state: 'open' })
    await form.send()
    form.back()
    fillIn(form, '6')
    const asked: string[] = []
    const { answer: withdrawn, resolve } = late()
    vi.stubGlobal('fetch', (_path: string, { method = 'GET' }: RequestInit = {}) => {
      asked.push(method)
      return method === 'DELETE' ? withdrawn : Promise.resolve(json(404, {}))
    })
    const sending = form.send()
    await vi.waitUntil(() => asked.includes('DELETE'))
    session.who = { account: `0x${'b2'.repeat(20)}`, divisions: ['420102'], scopes: [] }
    resolve({})
    await sending
    expect(asked).not.toContain('POST')
  })

  it('is kept when the phone goes to sleep before a moment has passed', async () => {
    const form = begin()
    await settle()
    fillIn(form)
    await flushPromises()
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)
    document.dispatchEvent(new Event('visibilitychange'))
    vi.restoreAllMocks()
    expect(await kept(ID)).not.toBeNull()
  })

  it('is kept when the page is loaded anew before a moment has passed', async () => {
    const commit = vi.spyOn(IDBTransaction.prototype, 'commit')
    const form = begin()
    await settle()
    fillIn(form)
    await flushPromises()
    expect(await kept(ID)).toBeNull()
    window.dispatchEvent(new Event('pagehide'))
    await Promise.resolve() // no more than what a browser does after the event
    await Promise.resolve()
    expect(commit).toHaveBeenCalledOnce()
    vi.restoreAllMocks()
    expect((await kept<IssueFields>(ID))?.fields.goods[0]?.total).toBe('5')
  })

  it('is kept when the view is left before a moment has passed, and nothing of it afterwards', async () => {
    const form = begin()
    await settle()
    fillIn(form)
    await flushPromises()
    mounted.pop()?.unmount()
    expect(await kept(ID)).not.toBeNull()
    await forget(ID)
    window.dispatchEvent(new Event('pagehide'))
    expect(await kept(ID)).toBeNull()
  })

  it('is forgotten when it is begun anew, and after 30 days', async () => {
    const form = begin()
    fillIn(form)
    await settle()
    await form.discard()
    await settle()
    expect(await inDatabase()).toEqual([])
    expect(form.fields).toEqual(emptyIssue())

    const old = { id: ID, clientId: newClientId(), draft: null, sent: null, fields: emptyIssue(), keptAt: Date.now() - 31 * 86_400_000 }
    await keep(old)
    expect(await kept(ID)).toBeNull()
  })
})

describe('a form that is sent', () => {
  it('is not sent while something is wrong, and says what', async () => {
    const form = await begun()
    fillIn(form, '31')
    await form.send()
    expect(sent).toEqual([])
    expect(form.wrongs.value).toEqual({ 'goods.0.total': { word: 'quantityMore', values: { most: '30' } } })
    form.fields.goods[0]!.total = '30'
    await flushPromises()
    expect(form.wrongs.value).toEqual({})
  })

  it('is the same document when the answer was lost', async () => {
    const form = await begun()
    fillIn(form)
    answer = () => {
      throw new TypeError('network')
    }
    await form.send()
    expect(form.isOffline.value).toBe(true)
    expect(form.stage.value).toBe('typing')
    expect(form.texts.note).toBe('王芳 138 0000 0000')
    answer = () => json(201, { key: KEY, state: 'open' })
    await form.send()
    expect(form.stage.value).toBe('signing')
    expect(sent.map((each) => each.body)).toEqual([sent[0]!.body, sent[0]!.body])
    expect(form.isOffline.value).toBe(false)
  })

  it('keeps its identifier through a reload, and none of two forms shares one', async () => {
    const form = await begun()
    fillIn(form)
    await settle()
    const again = begin()
    await settle()
    answer = () => json(201, { key: KEY, state: 'open' })
    await again.send()
    expect(sent[0]?.body?.client_id).toBe((await kept(ID))?.clientId)
    expect(newClientId()).not.toBe(newClientId())
  })

  it('goes on at the signing after a reload, from what the server has', async () => {
    await prepared()
    const asked = sent[0]?.body
    // A server may not say what was asked for: of its answer the texts alone are taken, which are shown.
    const body = { content: { note: 'n', kind: 'dispatch', lines: [] }, salt: 'ab' }
    answer = () => json(200, { key: KEY, state: 'open', body })
    const again = begin()
    await settle()
    expect(again.toSign.value?.form).toEqual({ ...asked, note: 'n' })
    expect(JSON.stringify(await inDatabase())).not.toContain('王芳')
    expect(sent.at(-1)).toMatchObject({ method: 'GET', path: `/v1/drafts/${KEY}` })
    expect(again.stage.value).toBe('signing')
    expect(again.toSign.value).toMatchObject({ is: 'draft', answer: { key: KEY } })
  })

  it.each([401, 429, 500, 502, 503])('finds what was prepared again after %s', async (status) => {
    await prepared()
    answer = () => json(status, { type: 't', title: 't', detail: 'd' })
    const again = begin()
    await settle()
    again.fields.reason = 'distribution'
    await settle()
    expect(await kept(ID)).toMatchObject({ draft: KEY, sent: { kind: 'issue' } })
  })

  it.each([403, 404])('begins anew where the server answers %s of what was prepared', async (status) => {
    await prepared()
    answer = () => json(status, { type: 't', title: 't', detail: 'd' })
    const again = begin()
    await settle()
    again.fields.reason = 'distribution'
    await settle()
    expect(await kept(ID)).toMatchObject({ draft: null, sent: null })
  })

  it('is there to be typed into where the server that prepared it is away, and not before that is known', async () => {
    await prepared()
    let fail = (): void => undefined
    vi.stubGlobal('fetch', () => new Promise((_, failed) => (fail = () => failed(new TypeError('network')))))
    const again = begin()
    await settle()
    expect(again.isReady.value).toBe(false)
    fail()
    await settle()
    expect(again.isReady.value).toBe(true)
    expect(again.stage.value).toBe('typing')
    expect(again.fields.goods[0]?.total).toBe('5')
  })

  it.each<[string, (form: KeeperForm<IssueFields>) => void]>([
    ['a quantity', (form) => (form.fields.goods[0]!.total = '6')],
    ['the note alone', (form) => (form.texts.note = 'another')],
  ])('withdraws what was prepared before something was changed: %s', async (_, change) => {
    const form = await begun()
    fillIn(form)
    answer = ({ method }) => (method === 'DELETE' ? new Response(null, { status: 204 }) : json(201, { key: KEY, state: 'open' }))
    await form.send()
    form.back()
    await form.send()
    expect(sent.map((each) => each.method)).toEqual(['POST', 'POST'])
    form.back()
    change(form)
    await form.send()
    expect(sent.slice(2)).toMatchObject([{ method: 'DELETE', path: `/v1/drafts/${KEY}` }, { method: 'POST' }])
    expect(sent[3]?.body?.client_id).not.toBe(sent[0]?.body?.client_id)
  })

  it.each(['as it was typed', 'after a reload'])('is not recorded twice where its answer was lost: %s', async (how) => {
    let form = await begun()
    fillIn(form)
    answer = () => json(201, { key: KEY, state: 'open' })
    await form.send()
    await settle()
    if (how === 'as it was typed') form.back()
    else {
      answer = () => new Response('', { status: 503 })
      mounted.pop()?.unmount()
      form = await begun()
    }
    form.fields.goods[0]!.total = '6'
    sent = []
    answer = ({ method }) => (method === 'DELETE' ? json(409, {}) : json(200, { key: KEY, state: 'sent' }))
    await form.send()
    expect(sent.map((each) => each.method)).toEqual(['DELETE', 'GET'])
    expect(form.stage.value).toBe('signing')
    expect(form.toSign.value).toMatchObject({ is: 'draft', answer: { state: 'sent' }, form: { kind: 'issue' } })
  })

  it('is not passed on to another form where it was sent and its answer was lost', async () => {
    const form = await begun()
    fillIn(form)
    answer = () => json(201, { key: KEY, state: 'open' })
    await form.send()
    form.back()
    answer = ({ method }) => (method === 'DELETE' ? json(409, {}) : json(200, { key: KEY, state: 'sent' }))
    expect(await form.passOn('write-off')).toBe(false)
    expect(form.toSign.value).toMatchObject({ answer: { state: 'sent' } })
  })

  it('is known again after a reload without the server', async () => {
    const form = await begun()
    fillIn(form)
    form.texts.note = ''
    answer = () => json(201, { key: KEY, state: 'open' })
    await form.send()
    await settle()
    answer = () => {
      throw new TypeError('network')
    }
    const again = await begun()
    answer = () => json(200, { key: KEY, state: 'sent' })
    await again.send()
    expect(sent.map((each) => each.method)).toEqual(['POST', 'GET', 'POST'])
    expect(sent[2]?.body).toEqual(sent[0]?.body)
    expect(again.toSign.value).toMatchObject({ answer: { state: 'sent' } })
  })

  it('withdraws what is known where another note stands under its identifier', async () => {
    await prepared()
    answer = () => new Response('', { status: 503 })
    const again = await begun()
    sent = []
    answer = () => json(409, { type: 'urn:shecang:problem:draft-taken' })
    await again.send()
    expect(again.stage.value).toBe('typing')
    answer = ({ method }) => (method === 'DELETE' ? json(409, {}) : json(200, { key: KEY, state: 'sent' }))
    await again.send()
    expect(sent.map((each) => each.method)).toEqual(['POST', 'DELETE', 'GET'])
    expect(again.stage.value).toBe('signing')
  })

  it.each([403, 429, 503, 'offline'] as const)('is sent beside nothing that still waits: %s', async (said) => {
    const form = await begun()
    fillIn(form)
    answer = () => json(201, { key: KEY, state: 'open' })
    await form.send()
    form.back()
    form.fields.goods[0]!.total = '6'
    answer = ({ method }) => {
      if (said === 'offline') throw new TypeError('network')
      if (method === 'GET') return json(200, { key: KEY, state: 'open' })
      return json(said, { type: 't', title: 't', detail: 'd' })
    }
    for (let times = 0; times < 2; times += 1) await form.send()
    expect(sent.map((each) => each.method).filter((each) => each !== 'GET')).toEqual(['POST', 'DELETE', 'DELETE'])
    expect(form.stage.value).toBe('typing')
    expect(form.isOffline.value).toBe(said === 'offline')
    expect(form.problem.value?.status).toBe(said === 'offline' ? undefined : said)
    expect(form.hasFormer.value).toBe(said === 403)
  })

  it.each([[404], [409], [403]])('goes on where what was prepared is gone or was withdrawn: %s', async (status) => {
    const form = await begun()
    fillIn(form)
    answer = () => json(201, { key: KEY, state: 'open' })
    await form.send()
    form.back()
    form.fields.goods[0]!.total = '6'
    answer = ({ method }) => {
      if (method === 'DELETE') return json(status, {})
      return method === 'GET' ? json(200, { key: KEY, state: 'withdrawn' }) : json(201, { key: KEY, state: 'open' })
    }
    await form.send()
    expect(form.stage.value).toBe('signing')
    expect(sent.at(-1)?.body?.client_id).not.toBe(sent[0]?.body?.client_id)
  })

  it('shows a refusal beside the field that it names, and loses nothing', async () => {
    const form = await begun()
    fillIn(form)
    const errors = [{ parameter: 'issue.consignee', value: 'dd', detail: '没有这个领用单位' }]
    answer = () => json(422, { type: 'urn:shecang:problem:parameter-malformed', title: 't', detail: 'd', errors })
    await form.send()
    expect(form.said.value).toEqual({ consignee: '没有这个领用单位' })
    expect(form.stage.value).toBe('typing')
    expect(form.fields.goods[0]?.total).toBe('5')
  })

  it('becomes a new document where other content stands under its identifier', async () => {
    const form = await begun()
    fillIn(form)
    answer = () => json(409, { type: 'urn:shecang:problem:draft-taken', title: 't', detail: 'd' })
    await form.send()
    answer = () => json(201, { key: KEY, state: 'open' })
    await form.send()
    expect(sent[1]?.body?.client_id).not.toBe(sent[0]?.body?.client_id)
  })

  it('is forgotten once it is recorded, and stays where it is refused', async () => {
    const form = await prepared()
    await form.settled({ is: 'refused', refusal: null, hash: '0x00' })
    await form.done({ is: 'refused', refusal: null, hash: '0x00' })
    expect(form.stage.value).toBe('typing')
    expect(await kept(ID)).not.toBeNull()
    await form.send()
    expect(sent[1]?.body?.client_id).not.toBe(sent[0]?.body?.client_id)
    await form.settled({ is: 'recorded', block: 7, key: KEY, hash: '0x00' })
    await settle()
    expect(await inDatabase()).toEqual([])
    await form.done({ is: 'recorded', block: 7, key: KEY, hash: '0x00' })
    expect(form.stage.value).toBe('recorded')
  })
})
