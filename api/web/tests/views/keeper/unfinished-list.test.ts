import { afterEach, expect, it } from 'vitest'
import type { VueWrapper } from '@vue/test-utils'

import UnfinishedList from '@/views/keeper/parts/UnfinishedList.vue'

import { MASKS, SITE } from './holdings'
import { show } from './shown'

const KEY = 'ab'.repeat(31)
let view: VueWrapper
afterEach(() => view.unmount())

it.each([
  ['ask', '/keeper/ask'],
  [`ask${MASKS}`, `/keeper/ask?item=${MASKS}`],
  [`issue${KEY}`, `/keeper/issue?request=${KEY}`],
  [`hand-over${KEY}`, `/keeper/hand-over?proposal=${KEY}`],
])('a form begun as %s goes on at %s', async (name, at) => {
  const form = { id: `0xa1 ${name} ${SITE}`, clientId: '0x11', draft: null, sent: null, fields: {}, keptAt: 1 } as const
  ;({ view } = await show(UnfinishedList, { forms: [form], site: SITE }))
  expect(view.get('a').attributes('href')).toBe(at)
})
