/** Small things that several of the auditor's views say in the same way. */
import type { Schemas } from '@/api/client'
import { i18n } from '@/i18n'
import { nameIn } from '@/names'

/** The word for a code of one of the server's lists; the code itself where this page is older than the list. */
export function wordOf(list: 'auditor.verdict' | 'auditor.finding' | 'common.kind', code: string): string {
  const key = `${list}.${code}`
  return i18n.global.te(key) ? i18n.global.t(key) : code
}

/** An item by its proved name, else by its code. */
export function itemSaid(of: { item: string; item_name: Schemas['Name'] | null }): string {
  return nameIn(of.item_name) || of.item
}

/** A document as people speak of it: what it is, and its number. */
export function documentSaid(of: { kind: string; number: number }): string {
  return i18n.global.t('auditor.document.said', { kind: wordOf('common.kind', of.kind), number: of.number })
}
