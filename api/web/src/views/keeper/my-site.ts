/** The site at which a keeper works: chosen once, and kept by this browser. */
import { ref, watch, type Ref } from 'vue'

const KEPT = 'shecang.site'

const chosen = ref<string | null>(codeOf(localStorage.getItem(KEPT)))
watch(chosen, (site) => {
  if (site !== null) localStorage.setItem(KEPT, site)
})

/** The chosen site; null before one was. */
export function mySite(): Ref<string | null> {
  return chosen
}

function codeOf(text: string | null): string | null {
  return text !== null && /^[0-9]{15}$/.test(text) ? text : null
}
