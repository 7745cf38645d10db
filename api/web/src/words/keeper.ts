/** Words of the community keeper: everyday ones, none of the contracts. */
import { asking } from './keeper/asking'
import { forms } from './keeper/forms'
import { home } from './keeper/home'
import { plain } from './keeper/plain'
import { reasons } from './keeper/reasons'
import { wrong } from './keeper/wrong'

const PARTS = { home, forms, wrong, reasons, asking, plain } as const

type Parts = { readonly [name in keyof typeof PARTS]: (typeof PARTS)[name]['en'] }

function inLanguage(language: 'en' | 'zh'): Parts {
  return Object.fromEntries(Object.entries(PARTS).map(([name, part]) => [name, part[language]])) as unknown as Parts
}

export const keeper = { en: inLanguage('en'), zh: inLanguage('zh') }
