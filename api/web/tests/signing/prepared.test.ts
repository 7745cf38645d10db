import { beforeEach, describe, expect, it, vi } from 'vitest'

import type { Schemas } from '@/api/client'
import { noteDigest } from '@/signing/drafts/notes'
import { readPrepared, type Prepared } from '@/signing/prepared'

import { answerOf, HAND_OVER, issue, ISSUE_FORM, KEEPER, NOW, TRUST } from './given'

const TURNED = '给东门诊\u202e001\u200b'
const read = (prepared: Prepared) => readPrepared(prepared, TRUST, KEEPER.address)

/** What the inbox has where somebody else wrote a note. */
function noted(content: Record<string, unknown>): Prepared {
  const { answer } = issue()
  const salt = '8ec4e28fd4a230ab8d85b6141fdb6920'
  const draft = { ...answer.draft, body: noteDigest({ content, salt }) }
  return { is: 'draft', answer: { ...answer, draft, body: { content, salt, record_digest: '0x' } } as Schemas['DraftAnswer'] }
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: NOW }))

describe('what nobody sees is shown', () => {
  it.each([{ note: TURNED }, { other: TURNED }])('in a note: %o', async (content) => {
    const { notes } = await read(noted(content))
    expect(notes.map((each) => each.text).join()).toContain('给东门诊\\u202e001\\u200b')
  })

  it('beside a note an order number, and as it is written whatever else stands there', async () => {
    const [note, order] = [
      { label: 'signing.note', text: 'n' },
      { label: 'signing.order', text: 'A-17' },
    ]
    expect((await read(noted({ order: 'A-17' }))).notes).toEqual([order])
    expect((await read(noted({ order: 'A-17', note: 'n' }))).notes).toEqual([note, order])
    expect((await read(noted({ other: 'x' }))).notes).toEqual([{ label: 'signing.note', text: '{"other":"x"}' }])
  })

  it('and a name that holds it stands beside no code', async () => {
    const { say } = await read({ is: 'draft', answer: answerOf(HAND_OVER) })
    const names = (name: string) => ({ site: () => name, item: () => name, quantity: () => name })
    const plain = say('en')
    for (const hidden of ['\u202e', '\u2066', '\u200d', '\ufe0f', '\u3164'.replace('\u3164', '\u115f')]) {
      expect(say('en', names(`East${hidden}`))).toEqual(plain)
    }
    expect(say('en', names('East')).join()).toContain('East (site 420102001002301)')
  })
})

describe('that it was handed in already', () => {
  const transaction = `0x${'ab'.repeat(32)}`

  it.each([
    ['a note', ISSUE_FORM],
    ['none, as after a reload', { ...ISSUE_FORM, note: null }],
  ])('is read of a form with %s', async (_what, form) => {
    const { answer } = issue()
    // Its note is deleted where it was prepared.
    const found = await read({ is: 'draft', answer: { ...answer, body: null, state: 'sent', transaction }, form })
    expect(found).toMatchObject({ sent: transaction, recordDigest: null, notes: [] })
  })

  it('is read of the same document alone', async () => {
    const { answer } = issue()
    for (const other of [{ client_id: `0x${'11'.repeat(32)}` }, { site: '420102001001102' }]) {
      const form = { ...ISSUE_FORM, ...other } as typeof ISSUE_FORM
      const prepared: Prepared = { is: 'draft', answer: { ...answer, body: null, state: 'sent', transaction }, form }
      await expect(read(prepared)).rejects.toMatchObject({ code: 'signingDrafts.differs' })
    }
  })

  it.each([null, '', '0x12', `0x${'ab'.repeat(32)}/../../sign-in`])('is not believed with %o for a hash', async (transaction) => {
    const { answer } = issue()
    const found = await read({ is: 'draft', answer: { ...answer, state: 'sent', transaction } })
    expect(found).toMatchObject({ sent: null, next: 'send' })
  })
})
