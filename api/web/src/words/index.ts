/**
 * Every text of the page. An area has a file of its own, with the same keys in both languages, which the types
 * hold: `words/keeper.ts` exports `{ en, zh }` and is reached as `t('keeper.…')`.
 */
import { auditor } from './auditor'
import { common } from './common'
import { district } from './district'
import { home } from './home'
import { keeper } from './keeper'
import { keys } from './keys'
import { officer } from './officer'
import { signIn } from './signIn'
import { signing } from './signing'
import { signingActs } from './signing-acts'
import { signingDrafts } from './signing-drafts'

const AREAS = {
  auditor,
  common,
  district,
  home,
  keeper,
  keys,
  officer,
  signIn,
  signing,
  signingActs,
  signingDrafts,
} as const

type Area = { readonly en: object; readonly zh: object }

function inLanguage(language: 'en' | 'zh'): Record<string, object> {
  return Object.fromEntries(Object.entries<Area>(AREAS).map(([name, area]) => [name, area[language]]))
}

export const WORDS = { zh: inLanguage('zh'), en: inLanguage('en') } as unknown as Record<'zh' | 'en', Messages>

type Messages = { readonly [name in keyof typeof AREAS]: (typeof AREAS)[name]['en'] }
