/** The site at which a keeper works: chosen once, and remembered for this keeper by this browser. */
import { ref, watch, type Ref } from 'vue'

import { remember, remembered } from '@/remembered'
import { session } from '@/session'

const chosen = ref<string | null>(null)
let account: string | null = null

watch(
  () => session.who?.account ?? null,
  (known) => {
    account = known
    chosen.value = known === null ? null : codeOf(remembered(nameFor(known)))
  },
  { immediate: true, flush: 'sync' },
)
watch(
  chosen,
  (site) => {
    if (site !== null && account !== null) remember(nameFor(account), site)
  },
  { flush: 'sync' },
)

/** The chosen site; null before one was. */
export function mySite(): Ref<string | null> {
  return chosen
}

/** Several keepers may share a tablet. */
function nameFor(keeper: string): string {
  return `shecang.site.${keeper}`
}

function codeOf(text: string | null): string | null {
  return text !== null && /^[0-9]{15}$/.test(text) ? text : null
}
