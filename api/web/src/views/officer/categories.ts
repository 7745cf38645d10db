/** Qualification categories: numbers on the ledger, with names for those that the project's samples use. */
import { i18n } from '@/i18n'

/** The categories that have a name here. */
export const NAMED_CATEGORIES = [1, 2, 3, 4] as const

const LAST = 4_294_967_295

/** The name of a category, with its number; the number alone where it has none. */
export function categoryName(category: number): string {
  const { t, te } = i18n.global
  return te(`officer.categories.${category}`)
    ? `${category} · ${t(`officer.categories.${category}`)}`
    : t('officer.categories.other', { number: category })
}

/** A category as it is chosen or typed; null where it is none. */
export function readCategory(typed: string | number | null | undefined): number | null {
  const text = String(typed ?? '').trim()
  if (!/^[1-9][0-9]{0,9}$/.test(text)) return null
  const number = Number(text)
  return number <= LAST ? number : null
}
