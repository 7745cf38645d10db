/**
 * What was typed and not yet recorded, kept in this browser: it outlives a lost connection, a reload and a phone's
 * sleep.
 *
 * Codes, quantities and days alone are kept. No name is, and neither are notes: they are a user's own text, which may
 * name people, and a shared tablet keeps what it is given. What is older than `FORGOTTEN_AFTER` is forgotten.
 */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb'

import type { KeptIdentifier } from './identified'

export interface Kept<Fields extends object> extends KeptIdentifier {
  /** Whose it is, which form it is, and at which site. */
  readonly id: string
  /** Codes, quantities and days. */
  readonly fields: Fields
  /** Milliseconds since 1970. */
  readonly keptAt: number
}

interface Shelf extends DBSchema {
  forms: { key: string; value: Kept<object>; indexes: { keptAt: number } }
}

const FORGOTTEN_AFTER = 30 * 86_400_000

let opened: Promise<IDBPDatabase<Shelf>> | null = null

/** Keep a form as it stands, in place of what was kept of it. */
export async function keep(form: Kept<object>): Promise<void> {
  const writing = (await shelf()).transaction('forms', 'readwrite')
  void writing.store.put(form).catch(() => undefined) // it fails the whole
  writing.commit() // at once: a page that is just left hears of nothing that is asked for afterwards
  await writing.done
}

/** Return what is kept of a form. */
export async function kept<Fields extends object>(id: string): Promise<Kept<Fields> | null> {
  const database = await shelf()
  await forgetOld(database)
  return ((await database.get('forms', id)) as Kept<Fields> | undefined) ?? null
}

/** Forget a form. */
export async function forget(id: string): Promise<void> {
  await (await shelf()).delete('forms', id)
}

/** Every form that is kept for somebody, the newest first. */
export async function keptOf(account: string): Promise<Kept<object>[]> {
  const all = await (await shelf()).getAll('forms')
  return all.filter((form) => form.id.startsWith(`${account} `)).sort((a, b) => b.keptAt - a.keptAt)
}

function shelf(): Promise<IDBPDatabase<Shelf>> {
  opened ??= openDB<Shelf>('shecang-forms', 1, {
    upgrade(database) {
      database.createObjectStore('forms', { keyPath: 'id' }).createIndex('keptAt', 'keptAt')
    },
  })
  return opened
}

async function forgetOld(database: IDBPDatabase<Shelf>): Promise<void> {
  const old = IDBKeyRange.upperBound(Date.now() - FORGOTTEN_AFTER)
  for (const key of await database.getAllKeysFromIndex('forms', 'keptAt', old)) await database.delete('forms', key)
}
