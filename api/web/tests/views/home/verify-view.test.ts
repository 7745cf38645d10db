import { flushPromises, mount, RouterLinkStub, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type { Schemas } from '@/api/client'
import { i18n, useLanguage } from '@/i18n'
import FileDrop from '@/parts/FileDrop.vue'
import { acceptTrust, forgetTrust } from '@/signing/trust/kept'
import { readTrustFile } from '@/signing/trust/trust'
import VerifyView from '@/views/home/VerifyView.vue'

import { problem } from '../../answers'
import trustFiles from '../../vectors/trust.json'

const FINGERPRINT = '3fa2c81d'.repeat(8)

const GIVEN: Schemas['TrustFileRead'] = {
  fingerprint: FINGERPRINT,
  groups: Array(8).fill('3fa2c81d').join(' '),
  chain_id: 31,
  witnesses: [],
  threshold: 2,
  kept_until: '2026-09-13T02:00:00Z',
  text: { zh: '请核对指纹', en: 'compare the fingerprint' },
}

const ANSWER: Schemas['Verification'] = {
  checked_by: { zh: '以上由本服务器核验。', en: 'This server did the checking.' },
  trust: FINGERPRINT,
  trust_from: 'caller',
  exit_code: 1,
  site: '420102001001101',
  item: null,
  block_number: 32,
  block_time: '2026-09-13T01:00:10Z',
  documents: null,
  answers: [
    { question: 'chain', answer: 'proved', text: { zh: '同一账本', en: 'the ledger of the trust file' } },
    { question: 'journal', answer: 'wrong', text: { zh: '有单据被改动', en: 'a document was altered' } },
    { question: 'balances', answer: 'unknown', text: { zh: '未及核验', en: 'not reached' } },
  ],
  receipts: 0,
  unqualified_count: 0,
  unqualified: [],
  emergency: null,
  stale: null,
}

let asked: string[] = []
let given: Schemas['TrustFileRead']
let sent: Blob[] = []

function answer(path: string, options: RequestInit): Response {
  asked.push(path)
  sent.push(options.body as Blob)
  const body = path.startsWith('/v1/evidence/trust-files') ? given : ANSWER
  return new Response(JSON.stringify(body), { status: 200, headers: { 'content-type': 'application/json' } })
}

async function opened(): Promise<VueWrapper> {
  const wrapper = mount(VerifyView, { global: { plugins: [i18n], stubs: { RouterLink: RouterLinkStub } } })
  await flushPromises()
  return wrapper
}

async function take(wrapper: VueWrapper, place: number, file: File): Promise<void> {
  wrapper.findAllComponents(FileDrop)[place]?.vm.$emit('take', file)
  await flushPromises()
}

beforeEach(() => {
  useLanguage('zh')
  asked = []
  sent = []
  given = GIVEN
  vi.stubGlobal('fetch', (path: string, options: RequestInit) => Promise.resolve(answer(path, options)))
})
afterEach(() => vi.unstubAllGlobals())

describe('an evidence file that is verified', () => {
  it('sends nothing without a file, and says what to do', async () => {
    const wrapper = await opened()
    await wrapper.find('form').trigger('submit')
    expect(asked).toEqual([])
    expect(wrapper.find('[role=alert]').text()).toContain('尚未选择证据文件')
  })

  it('is checked with the trust file that was given, whose fingerprint is shown', async () => {
    const wrapper = await opened()
    await take(wrapper, 1, new File(['{}'], 'trust.json'))
    expect(wrapper.text()).toContain(GIVEN.groups)
    await take(wrapper, 0, new File(['x'], 'card.jsonl'))
    await wrapper.find('form').trigger('submit')
    await flushPromises()
    expect(asked).toEqual(['/v1/evidence/trust-files', `/v1/evidence/verifications?trust=${FINGERPRINT}`])
  })

  it('is checked with a trust file that is given again where the server keeps it no more', async () => {
    const wrapper = await opened()
    await take(wrapper, 1, new File(['{}'], 'trust.json'))
    await take(wrapper, 0, new File(['x'], 'card.jsonl'))
    const there = globalThis.fetch
    let isKept = false
    vi.stubGlobal('fetch', async (path: string, options: RequestInit) => {
      if (path.includes('trust-files')) isKept = true
      else if (!isKept) return new Response(JSON.stringify(problem(404)), { status: 404 })
      return there(path, options)
    })
    await wrapper.find('form').trigger('submit')
    await flushPromises()
    expect(wrapper.find('[data-exit]').exists()).toBe(true)
    expect(asked.slice(1)).toEqual(['/v1/evidence/trust-files', `/v1/evidence/verifications?trust=${FINGERPRINT}`])
  })

  it('says why not where a trust file is not there after it was given again', async () => {
    const wrapper = await opened()
    await take(wrapper, 1, new File(['{}'], 'trust.json'))
    await take(wrapper, 0, new File(['x'], 'card.jsonl'))
    vi.stubGlobal('fetch', async (path: string) =>
      path.includes('trust-files')
        ? new Response(JSON.stringify(GIVEN))
        : new Response(JSON.stringify(problem(404)), { status: 404 }),
    )
    await wrapper.find('form').trigger('submit')
    await flushPromises()
    expect(wrapper.find('.notice-wrong').text()).toContain('it is refused, do this')
  })

  it('can be checked without a trust file after a wrong one was chosen', async () => {
    const wrapper = await opened()
    const large = new File(['x'], 'trust.json')
    Object.defineProperty(large, 'size', { value: 262_145 })
    await take(wrapper, 1, large)
    const ask = () => wrapper.get('button[type=submit]')
    expect(ask().attributes('disabled')).toBeDefined()
    await wrapper.findAll('button').find((each) => each.text() === '不用该信任文件')!.trigger('click')
    expect(ask().attributes('disabled')).toBeUndefined()
    expect(wrapper.find('[role=alert]').exists()).toBe(false)
    await take(wrapper, 0, new File(['x'], 'card.jsonl'))
    await wrapper.find('form').trigger('submit')
    await flushPromises()
    expect(asked).toEqual(['/v1/evidence/verifications'])
  })

  describe('where this user trusts a file for signing', () => {
    const { accepted } = trustFiles
    const FILE = readTrustFile(new TextEncoder().encode(accepted.text))
    const offered = (wrapper: VueWrapper) => wrapper.findAll('button').find((each) => each.text() === '用该信任文件核验')

    beforeEach(() => acceptTrust(FILE))
    afterEach(forgetTrust)

    it('is offered it by its fingerprint, and sends it only when told so', async () => {
      given = { ...GIVEN, fingerprint: FILE.trust.fingerprint.slice(2), groups: accepted.groups }
      const wrapper = await opened()
      await vi.waitFor(() => expect(offered(wrapper)).toBeDefined())
      expect(wrapper.text()).toContain(accepted.groups)
      expect(asked).toEqual([])
      await offered(wrapper)!.trigger('click')
      await flushPromises()
      expect(asked).toEqual(['/v1/evidence/trust-files'])
      expect(await sent[0]!.text()).toBe(accepted.text)
      expect(offered(wrapper)).toBeUndefined()
      expect(wrapper.text()).toContain('即您在本浏览器中核对并采信')
    })

    it('is to be compared where the server read another', async () => {
      const wrapper = await opened()
      await vi.waitFor(() => expect(offered(wrapper)).toBeDefined())
      await offered(wrapper)!.trigger('click')
      await flushPromises()
      expect(offered(wrapper)).toBeDefined()
      expect(wrapper.text()).toContain('请与运营方逐组核对')
    })
  })

  it.each(['zh', 'en'] as const)('names what is wrong, red, and says that the server checked (%s)', async (language) => {
    useLanguage(language)
    const wrapper = await opened()
    await take(wrapper, 0, new File(['x'], 'card.jsonl'))
    await wrapper.find('form').trigger('submit')
    await flushPromises()
    const rows = wrapper.findAll('tbody tr')
    expect(rows.map((row) => row.find('[data-answer]').classes().filter((each) => each !== 'mark'))).toEqual([
      ['right'],
      ['wrong'],
      ['doubt'],
    ])
    expect(rows[1]?.text()).toContain(ANSWER.answers[1]?.text[language])
    expect(wrapper.find('[data-exit="1"]').classes()).toContain('notice-wrong')
    expect(wrapper.text()).toContain(ANSWER.checked_by[language])
  })

  it('is not shown as verified any more once another file is chosen', async () => {
    const wrapper = await opened()
    await take(wrapper, 0, new File(['x'], 'card.jsonl'))
    await wrapper.find('form').trigger('submit')
    await flushPromises()
    expect(wrapper.find('[data-exit]').exists()).toBe(true)
    await take(wrapper, 0, new File(['y'], 'other.jsonl'))
    expect(wrapper.find('[data-exit]').exists()).toBe(false)
  })

  it('is not sent when it is too large', async () => {
    const wrapper = await opened()
    const large = new File(['x'], 'card.jsonl')
    Object.defineProperty(large, 'size', { value: 64 * 1024 * 1024 + 1 })
    await take(wrapper, 0, large)
    await wrapper.find('form').trigger('submit')
    expect(asked).toEqual([])
    expect(wrapper.find('[role=alert]').text()).toContain('64 MB')
  })
})
