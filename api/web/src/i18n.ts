/** The two languages of the page: Chinese first. The choice is kept by the browser, and sent with every request. */
import { createI18n } from 'vue-i18n'

import { WORDS } from '@/words'

import { remember, remembered } from './remembered'

export const LANGUAGES = ['zh', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

const KEPT = 'shecang.language'

/** The language that was chosen here before, else the browser's, else Chinese. */
export function preferredLanguage(): Language {
  const kept = remembered(KEPT)
  if (kept === 'zh' || kept === 'en') return kept
  return navigator.languages.some((each) => each.toLowerCase().startsWith('zh')) ||
    !navigator.languages.some((each) => each.toLowerCase().startsWith('en'))
    ? 'zh'
    : 'en'
}

export const i18n = createI18n({
  legacy: false,
  locale: preferredLanguage(),
  fallbackLocale: false,
  messages: WORDS,
  missingWarn: true,
})

/** The language in force, for whatever is no component. */
export function language(): Language {
  return i18n.global.locale.value as Language
}

/** Change the language everywhere, and for the next visit. */
export function useLanguage(chosen: Language): void {
  i18n.global.locale.value = chosen
  remember(KEPT, chosen)
  document.documentElement.lang = chosen === 'zh' ? 'zh-CN' : 'en'
}
