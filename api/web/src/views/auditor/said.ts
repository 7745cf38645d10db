/** Small things that several of the auditor's views say in the same way. */
import type { Schemas } from '@/api/client'
import { i18n, language } from '@/i18n'
import { nameIn } from '@/names'

/** The word for a code of one of the server's lists; the code itself where this page is older than the list. */
export function wordOf(list: 'auditor.reason' | 'auditor.verdict' | 'auditor.finding' | 'common.kind', code: string): string {
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

/** Several things as the language in force lists them. */
export function listed(things: readonly string[]): string {
  return new Intl.ListFormat(language() === 'zh' ? 'zh-CN' : 'en-GB', { style: 'long', type: 'conjunction' }).format(things)
}

/** The end of a day of the ledger, as the server takes a time; null for no day. */
export function endOf(day: string): string | null {
  return day ? `${day}T23:59:59+08:00` : null
}

/** The day of the ledger on which a moment falls, `2026-09-05`. */
export function ledgerDay(moment: string | number): string {
  return new Date(new Date(moment).getTime() + 8 * 3_600_000).toISOString().slice(0, 10)
}
