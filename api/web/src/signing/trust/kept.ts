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

/** What is trusted now; null where nothing was accepted. */
export const trusted = shallowRef<Trust | null>(null)

/** Take a trust file whose fingerprint the user has compared, now and for the next visits. */
export async function acceptTrust(file: TrustFile): Promise<void> {
  // Believed at once, even where the browser keeps nothing, as in a private window.
  trusted.value = file.trust
  await withStore((database) => database.put(STORE, file.text, KEY))
}

/** Read what was accepted at an earlier visit; nothing where there is none or it can be read no more. */
export async function restoreTrust(): Promise<Trust | null> {
  if (trusted.value === null) {
    const text: unknown = await withStore((database) => database.get(STORE, KEY))
    const found = typeof text === 'string' ? readOrNull(text) : null
    // Somebody may have accepted another one while this was read.
    trusted.value ??= found
  }
  return trusted.value
}

/** Trust nothing more. */
export async function forgetTrust(): Promise<void> {
  trusted.value = null
  await withStore((database) => database.delete(STORE, KEY))
}

function readOrNull(text: string): Trust | null {
  try {
    return readTrustFile(new TextEncoder().encode(text)).trust
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
