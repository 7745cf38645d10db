/** Whether the server can be reached, as far as the browser knows. */
import { readonly, ref } from 'vue'

const reachable = ref(navigator.onLine)
addEventListener('online', () => (reachable.value = true))
addEventListener('offline', () => (reachable.value = false))

export const online = readonly(reachable)
