import { flushPromises, mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'

import { i18n, useLanguage } from '@/i18n'
import CheckpointsPart from '@/views/auditor/audit/CheckpointsPart.vue'

import { serverAnswers } from '../../answers'

const ADDRESSES = ['0x2Cc98E88ad59D9EF3ea8A9a9aAE2D1bBd4A8bFF2', '0x7C04F4c3D6dF0f39c9bA1Fc6Ed2b8CcdF1Ca54e8']
const TEXT = { en: 'rewritten', zh: '改写' }
const ALARM = { kind: 'history-rewritten', number: 212, expected: '0x01', found: '0x02', text: TEXT }

/** The first notice, where two witnesses signed up to some blocks. */
async function noticeOf(newest: readonly (number | null)[], said: object) {
  const witnesses = ADDRESSES.map((address, place) => {
    return { address, statements: newest[place] ?? 0, newest: newest[place] }
  })
  serverAnswers({
    'GET /v1/checkpoints': {
      trust: 'ab',
      threshold: 2,
      spacing: 4,
      witnesses,
      newest: null,
      agree: true,
      forks: [],
      height: 999,
      chain_agrees: null,
      alarms: [],
      behind: [],
      troubles: [],
      heights: [],
      next_after: null,
      ...said,
    },
  })
  useLanguage('en')
  const view = mount(CheckpointsPart, { global: { plugins: [i18n], stubs: { RouterLink: true } } })
  await flushPromises()
  return view.get('.notice')
}

describe('the chain beside what was signed', () => {
  it('is vouched for up to the newest block that was signed, not up to its head', async () => {
    const notice = await noticeOf([208, 212], { chain_agrees: true })
    expect(notice.text()).toContain('the one that they signed, up to block 212.')
    expect(notice.classes()).toContain('notice-right')
  })

  it('is wrong where it differs, though the witnesses agree', async () => {
    const notice = await noticeOf([212, 212], { chain_agrees: false, alarms: [ALARM] })
    expect(notice.text()).toContain('is not the one that they signed')
    expect(notice.classes()).toContain('notice-wrong')
  })

  it('was compared with nothing where nothing is signed', async () => {
    const notice = await noticeOf([null, null], {})
    expect(notice.text()).toContain('compared with nothing')
    expect(notice.text()).not.toContain('agree with one another')
    expect(notice.classes()).toContain('notice-doubt')
  })
})
