/**
 * A view whose code did not come: the server is away, or serves a newer page by now.
 *
 * Whoever wanted to go there stays where they are, with what they typed. A browser does not ask again for scripts and
 * styles that failed, so that trying again loads the page anew at the view's address, once the server answers.
 */
import { readonly, ref } from 'vue'
import type { RouteLocationNormalized } from 'vue-router'

import { whileBusy } from './answer'
import { get, OfflineError } from './api/client'
import { loadPage } from './load-page'

const wanted = ref<string | null>(null)

/** Where the user wanted to go when the code of a view did not come; null where nothing is wanting. */
export const unloaded = readonly(wanted)

/** Fetch the code of a view before it is shown; whether it came. */
export async function hasCome(to: RouteLocationNormalized): Promise<boolean> {
  const loaders = to.matched.map((record) => record.components?.default).filter((each) => typeof each === 'function')
  try {
    await whileBusy(Promise.all(loaders.map((load) => (load as () => Promise<unknown>)())))
    wanted.value = null
    return true
  } catch {
    wanted.value = to.fullPath
    return false
  }
}

/** Load the page anew at an address; whether the server answers, without which nothing is done. */
export async function loadAnew(address: string): Promise<boolean> {
  try {
    await whileBusy(get('/v1/sign-in'))
  } catch (error) {
    if (error instanceof OfflineError) return false
  }
  loadPage(address)
  return true
}
