/** A stock card in pages of 50, from its beginning or from its end; in the journal's order either way. */
import { computed, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue'

import { useAnswer, whileBusy, type Answered } from '@/answer'
import { get, type Schemas } from '@/api/client'

import type { Entry } from './card'

export const PAGE = 50

export type Order = 'oldest' | 'newest'

export interface CardPages {
  readonly first: Answered<Schemas['StockCard']>
  /** In the order of the journal, without gaps. */
  readonly entries: ComputedRef<readonly Entry[]>
  readonly hasMore: ComputedRef<boolean>
  readonly isComing: Ref<boolean>
  more(): Promise<void>
}

/**
 * Ask for a card.
 *
 * @param asked.entries - How many entries the journal has, which the newest page is counted from; null until known.
 */
export function useCard(
  asked: () => { site: string; asOf: string | undefined; order: Order; entries: number | null },
): CardPages {
  const later = shallowRef<readonly Schemas['StockCard'][]>([])
  const isComing = ref(false)

  /** One text, which stays equal where nothing that matters has changed: the length of the journal often does not. */
  const question = computed(() => {
    const { site, asOf, order, entries } = asked()
    return [site, asOf, order, order === 'newest' ? entries : null].join(' ')
  })

  function page(after: number, limit: number, signal?: AbortSignal): Promise<Schemas['StockCard']> {
    const { site, asOf } = asked()
    return get(`/v1/sites/${site}/stock-card`, { limit, after, as_of: asOf }, signal)
  }

  /** The last page by a known length, with whatever was recorded since that was told. */
  async function fromEnd(length: number, signal: AbortSignal): Promise<Schemas['StockCard']> {
    let card = await page(Math.max(0, length - PAGE), PAGE, signal)
    while (card.next_after !== null) {
      const later = await page(card.next_after, PAGE, signal)
      card = { ...later, entries: [...card.entries, ...later.entries] }
    }
    return card
  }

  const first = useAnswer(
    (signal) => {
      const { order, entries } = asked()
      if (order === 'oldest') return page(0, PAGE, signal)
      return entries === null ? null : fromEnd(entries, signal)
    },
    () => question.value,
  )
  watch(first.value, () => (later.value = []))

  const entries = computed(() => {
    const pages = first.value.value === null ? [] : [first.value.value, ...later.value]
    return (asked().order === 'oldest' ? pages : [...pages].reverse()).flatMap((each) => each.entries)
  })
  const next = computed(() => {
    if (first.value.value === null) return null
    if (asked().order === 'oldest') return (later.value.at(-1) ?? first.value.value).next_after
    const begin = entries.value[0]?.sequence ?? 1
    return begin > 1 ? Math.max(0, begin - 1 - PAGE) : null
  })

  async function more(): Promise<void> {
    const before = first.value.value
    const after = next.value
    if (after === null || isComing.value) return
    const limit = asked().order === 'oldest' ? PAGE : (entries.value[0]?.sequence ?? 1) - 1 - after
    isComing.value = true
    try {
      const answer = await whileBusy(page(after, limit))
      if (first.value.value === before) later.value = [...later.value, answer]
    } catch (error) {
      if (first.value.value === before) throw error // else it is of a card that is no longer shown
    } finally {
      isComing.value = false
    }
  }

  return { first, entries, hasMore: computed(() => next.value !== null), isComing, more }
}
