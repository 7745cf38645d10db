import { afterEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'

import { useCard, type Order } from '@/views/auditor/site/pages'

import { BLOCK, entry, SITE } from './shapes'

const LENGTH = 120

/** Answer a card of 120 entries as the server does, and keep what was asked. */
function serving(): string[] {
  const asked: string[] = []
  vi.stubGlobal('fetch', async (address: string) => {
    asked.push(address.split('?')[1] ?? '')
    const query = new URLSearchParams(address.split('?')[1])
    const after = Number(query.get('after'))
    const last = Math.min(LENGTH, after + Number(query.get('limit')))
    const entries = Array.from({ length: Math.max(0, last - after) }, (_, n) => entry(after + n + 1, []))
    const card = { site: SITE, name: null, as_of: null, entries, next_after: last < LENGTH ? last : null }
    return new Response(JSON.stringify({ ...card, counts_at: BLOCK.time, stale: [], block: BLOCK }))
  })
  return asked
}
afterEach(() => vi.unstubAllGlobals())

function card(order: Order, known: number | null) {
  const entries = ref(known)
  const scope = effectScope()
  const pages = scope.run(() => useCard(() => ({ site: SITE, asOf: undefined, order, entries: entries.value })))!
  return { pages, entries, scope }
}
const sequences = (pages: ReturnType<typeof useCard>) => pages.entries.value.map((each) => each.sequence)
const settled = () => new Promise((resolve) => setTimeout(resolve, 20))

describe('a stock card in pages', () => {
  it('goes from the beginning to the end', async () => {
    serving()
    const { pages, scope } = card('oldest', null)
    await settled()
    expect(sequences(pages)).toHaveLength(50)
    await pages.more()
    await pages.more()
    expect(sequences(pages)).toEqual(Array.from({ length: LENGTH }, (_, n) => n + 1))
    expect(pages.hasMore.value).toBe(false)
    scope.stop()
  })

  it('asks once, also when the length of the journal comes later', async () => {
    const asked = serving()
    const { entries, scope } = card('oldest', null)
    await settled()
    entries.value = LENGTH
    await nextTick()
    await settled()
    expect(asked).toHaveLength(1)
    scope.stop()
  })

  it('goes from the end to the beginning, without a gap and without an entry twice', async () => {
    const asked = serving()
    const { pages, entries, scope } = card('newest', null)
    await settled()
    expect(asked).toEqual([])
    entries.value = LENGTH
    await nextTick()
    await settled()
    expect(sequences(pages)[0]).toBe(71)
    await pages.more()
    expect(sequences(pages)[0]).toBe(21)
    await pages.more()
    expect(sequences(pages)).toEqual(Array.from({ length: LENGTH }, (_, n) => n + 1))
    expect(pages.hasMore.value).toBe(false)
    expect(asked.at(-1)).toBe('limit=20&after=0')
    scope.stop()
  })

  it('goes from the end also where that has moved on since the length was told', async () => {
    serving()
    const { pages, scope } = card('newest', 60)
    await settled()
    expect(sequences(pages)).toEqual(Array.from({ length: 110 }, (_, n) => n + 11))
    await pages.more()
    expect(sequences(pages)).toEqual(Array.from({ length: LENGTH }, (_, n) => n + 1))
    expect(pages.hasMore.value).toBe(false)
    scope.stop()
  })
})
