/**
 * Categories of goods (GB/T 38565) in words.
 *
 * The ledger knows their numbers alone, so that they are said by the proved names of some of their items, as the
 * command says them; by the number where no item has a name, or none may be read just now.
 */
import { computed } from 'vue'

import { useAnswer } from '@/answer'
import { get, type Schemas } from '@/api/client'
import { i18n, language } from '@/i18n'
import { nameIn } from '@/names'

/** Items by which a category is recognised. */
const SHOWN = 2

export interface Categories {
  /** Names of some of its goods; empty where there is none. */
  goods(category: string): string
  /** The same with its number; the number alone where there is no name. */
  said(category: string): string
}

/** The categories with these numbers, whose items come after a moment; their numbers alone until then. */
export function useCategories(numbers: () => readonly string[]): Categories {
  const asked = computed(() => [...new Set(numbers())].sort())
  const found = useAnswer(
    (signal) => (asked.value.length === 0 ? null : itemsOf(asked.value, signal)),
    () => asked.value.join(),
  )

  function goods(category: string): string {
    const items = found.value.value?.get(category) ?? []
    const names = items.map((item) => nameIn(item.name)).filter(Boolean).slice(0, SHOWN)
    if (names.length === 0) return ''
    const list = names.join(language() === 'zh' ? '、' : ', ')
    return names.length < items.length ? i18n.global.t('common.category.more', { names: list }) : list
  }

  function said(category: string): string {
    const names = goods(category)
    return i18n.global.t(names ? 'common.category.named' : 'common.category.number', { names, category })
  }

  return { goods, said }
}

async function itemsOf(
  categories: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly Schemas['ItemRow'][]>> {
  const pages = await Promise.all(
    categories.map((category) => get<Schemas['Items']>('/v1/items', { category, limit: SHOWN + 1 }, signal)),
  )
  return new Map(pages.map((page, at) => [categories[at]!, page.items]))
}
