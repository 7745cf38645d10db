/**
 * The trust file that the user gave, kept in this browser (IndexedDB). It has no secrets; it is read again as
 * strictly each time, since whatever is kept could have been changed.
 */
import { openDB, type IDBPDatabase } from 'idb'
import { shallowRef } from 'vue'

import { readTrustFile, type Trust, type TrustFile } from './trust'

const DATABASE = 'shecang-trust'
const STORE = 'files'
const KEY = 'accepted'

/** Tells the other tabs of this browser: what is trusted, or no more, is so in all of them. */
const tabs = new BroadcastChannel(DATABASE)
/** How often trust was given or taken here; what was read before is out of date. */
let changes = 0

/** What is trusted now; null where nothing was accepted. */
export const trusted = shallowRef<Trust | null>(null)

/** Take a trust file whose fingerprint the user has compared, now and for the next visits. */
export async function acceptTrust(file: TrustFile): Promise<void> {
  // Believed at once, even where the browser keeps nothing, as in a private window.
  changes += 1
  trusted.value = file.trust
  const isKept = await withStore((database) => database.put(STORE, file.text, KEY))
  if (isKept) tabs.postMessage('changed')
}

/** Read what was accepted at an earlier visit; nothing where there is none or it can be read no more. */
export async function restoreTrust(): Promise<Trust | null> {
  if (trusted.value === null) {
    const before = changes
    const found = (await keptTrustFile())?.trust ?? null
    // Another one may have been accepted or forgotten while this was read.
    if (before === changes) trusted.value ??= found
  }
  return trusted.value
}

/** Trust nothing more. */
export async function forgetTrust(): Promise<void> {
  changes += 1
  trusted.value = null
  await withStore((database) => database.delete(STORE, KEY))
  tabs.postMessage('changed')
}

tabs.addEventListener('message', async () => {
  changes += 1
  const mine = changes
  const found = (await keptTrustFile())?.trust ?? null
  if (mine === changes) trusted.value = found
})

/** The file that was accepted, as it was given; null where this browser keeps none. */
export async function keptTrustFile(): Promise<TrustFile | null> {
  const text: unknown = await withStore((database) => database.get(STORE, KEY))
  return typeof text === 'string' ? readOrNull(text) : null
}

function readOrNull(text: string): TrustFile | null {
  try {
    return readTrustFile(new TextEncoder().encode(text))
  } catch {
    return null
  }
}

async function withStore<T>(use: (database: IDBPDatabase) => Promise<T>): Promise<T | undefined> {
  let database: IDBPDatabase | undefined
  try {
    database = await openDB(DATABASE, 1, {
      upgrade(made) {
        made.createObjectStore(STORE)
      },
    })
    return await use(database)
  } catch {
    return undefined // a browser that keeps nothing: the file is asked for at the next visit
  } finally {
    database?.close()
  }
}
