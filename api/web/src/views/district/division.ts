/** The division that the district's views are about: the address has it, and the browser remembers it. */
import { computed, watch, type ComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'

import { remember, remembered } from '@/remembered'
import { session } from '@/session'

const KEPT = 'shecang.division'

export interface ChosenDivision {
  /** Null where the caller reads none. */
  readonly division: ComputedRef<string | null>
  choose(division: string): void
}

/** Whether what a caller reads covers a division: containment is a prefix test, and 0 is the country. */
export function covers(divisions: readonly string[], division: string): boolean {
  return divisions.some((each) => each === '0' || division.startsWith(each))
}

export function useDivision(): ChosenDivision {
  const route = useRoute()
  const router = useRouter()
  const division = computed(() => {
    const mine = session.who?.divisions ?? []
    const asked = [route.query.division, remembered(KEPT)].find(
      (each): each is string => typeof each === 'string' && covers(mine, each),
    )
    return asked ?? mine[0] ?? null
  })
  watch(division, (value) => value !== null && remember(KEPT, value), { immediate: true })

  function choose(chosen: string): void {
    void router.replace({ query: { ...route.query, division: chosen } })
  }
  return { division, choose }
}
