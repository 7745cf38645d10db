/** A list that comes in pages: the first at once, the next when somebody wants more. */
import { computed, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'

import { useAnswer, whileBusy, type Answered } from './answer'
import { get, ProblemError, type Query } from './api/client'
import { quantity } from './format'
import { i18n } from './i18n'

/** What every list answers beside its rows. */
interface Page {
  readonly next_after?: string | number | null
}

export interface Paged<Answer, Row> {
  /** The first page, with whatever is said of the whole list. */
  readonly first: Answered<Answer>
  readonly rows: ComputedRef<readonly Row[]>
  readonly hasMore: ComputedRef<boolean>
  readonly isComing: Ref<boolean>
  /** Fetch the next page; one of a list that is no longer shown is dropped. */
  more(): Promise<void>
}

/**
 * Ask for a list.
 *
 * @param where - Path and query without `after`; null where there is nothing to ask yet.
 * @param rowsOf - The rows of an answer.
 */
export function usePaged<Answer extends Page, Row>(
  where: () => { path: string; query?: Query } | null,
  rowsOf: (answer: Answer) => readonly Row[],
): Paged<Answer, Row> {
  const later: ShallowRef<readonly Answer[]> = shallowRef([])
  const isComing = ref(false)
  const first = useAnswer<Answer>((signal) => {
    const asked = where()
    return asked === null ? null : get<Answer>(asked.path, asked.query, signal)
  }, where)
  watch(first.value, () => (later.value = []))

  const pages = computed(() => (first.value.value === null ? [] : [first.value.value, ...later.value]))
  const next = computed(() => pages.value.at(-1)?.next_after ?? null)

  async function more(): Promise<void> {
    const asked = where()
    if (asked === null || next.value === null || isComing.value) return
    const before = first.value.value
    isComing.value = true
    try {
      const page = await whileBusy(get<Answer>(asked.path, { ...asked.query, after: next.value }))
      if (first.value.value === before) later.value = [...later.value, page]
    } catch (error) {
      if (first.value.value === before) throw error // else it is of a list that is no longer shown
    } finally {
      isComing.value = false
    }
  }

  return {
    first,
    rows: computed(() => pages.value.flatMap((page) => [...rowsOf(page)])),
    hasMore: computed(() => next.value !== null),
    isComing,
    more,
  }
}

/** Rows of a list from its beginning, and whether that is all of it. */
export interface Rows<Row> {
  readonly rows: readonly Row[]
  readonly isAll: boolean
}

const MOST = 5_000

/**
 * Fetch every page of a list that is short by nature.
 *
 * @throws ProblemError where it is longer: a part of it would be taken for the whole.
 */
export async function everyRow<Answer extends Page, Row>(
  path: string,
  query: Query,
  rowsOf: (answer: Answer) => readonly Row[],
  most = MOST,
): Promise<Row[]> {
  const { rows, isAll } = await rowsUpTo(path, query, rowsOf, most)
  if (isAll) return [...rows]
  const { t } = i18n.global
  throw new ProblemError(0, 'about:blank', t('common.tooLong'), t('common.tooLongText', { most: quantity(most) }))
}

/** Fetch the pages of a list until it ends, or at least `most` rows have come. */
export async function rowsUpTo<Answer extends Page, Row>(
  path: string,
  query: Query,
  rowsOf: (answer: Answer) => readonly Row[],
  most: number,
): Promise<Rows<Row>> {
  const rows: Row[] = []
  let { after } = query
  for (;;) {
    const page: Answer = await get<Answer>(path, { ...query, after })
    rows.push(...rowsOf(page))
    after = page.next_after
    if (after == null) return { rows, isAll: true }
    if (rows.length >= most) return { rows, isAll: false }
  }
}
