import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'

import { i18n, useLanguage } from '@/i18n'
import BookReport from '@/views/auditor/books/BookReport.vue'

import { problem, serverAnswers } from '../../answers'

import { BLOCK, SITE } from './shapes'

const BOOK = {
  id: 'b1',
  site: SITE,
  name: 'book.xlsx',
  mapping: null,
  sheets: [],
  statuses: {},
  actions: {},
  suspects: 0,
  knows_salt: true,
  new_items: [],
  new_consignees: [],
  releases: [],
  drafts: '',
  kept_until: '2026-11-30T00:00:00Z',
  block: BLOCK,
}
let view: VueWrapper
afterEach(() => view.unmount())

it.each([
  ['is away', () => new TypeError('away'), 'cannot be reached'],
  ['refuses', () => ({ status: 410, body: problem(410, 'x', 'this book is gone') }), 'this book is gone'],
])('a mapping that is not saved is said where the server %s', async (_, answer, said) => {
  useLanguage('en')
  serverAnswers({
    'GET /v1/books/b1': BOOK,
    'GET /v1/books/b1/lines': { lines: [], next_after: null, block: BLOCK },
    'GET /v1/books/b1/mapping': answer,
  })
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: { template: '<i />' } }] })
  view = mount(BookReport, { props: { book: 'b1' }, global: { plugins: [i18n, router] } })
  await flushPromises()
  const save = view.findAll('button').find((each) => each.text() === i18n.global.t('auditor.books.takeMapping'))!
  await save.trigger('click')
  await flushPromises()
  expect(view.find('[role=alert]').text()).toContain(said)
})
