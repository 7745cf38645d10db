/** Names and units in the language in force. */
import { i18n, language } from '@/i18n'

import { quantity } from './format'

/** A proved name in the language in force, else in the other one; empty where there is none. */
export function nameIn(name: { zh: string; en: string } | null | undefined): string {
  if (name == null) return ''
  return language() === 'zh' ? name.zh || name.en : name.en || name.zh
}

/** The word of a unit of UN/CEFACT Recommendation 20, for one of it or several; its code where the page has none. */
export function unitWord(code: string | null | undefined, isOne = false): string {
  if (!code) return ''
  const key = `common.unit.${code}`
  return i18n.global.te(key) ? i18n.global.t(key, isOne ? 1 : 2) : code
}

/** A quantity with its unit. */
export function measured(value: string | bigint, unit: string | null | undefined): string {
  const amount = BigInt(value)
  const word = unitWord(unit, amount === 1n || amount === -1n)
  if (!word) return quantity(value)
  return `${quantity(value)} ${word}`
}
