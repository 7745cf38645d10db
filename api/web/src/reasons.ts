/** Reasons of the published list, by the name that forms and answers have, in the language in force. */
import { language } from '@/i18n'
import { REASONS, SETTLEMENTS, type ReasonUse } from '@/signing/drafts/reasons'

/** The words of a reason; its name where the list has none, empty for none. */
export function reasonWord(name: string | null | undefined): string {
  if (!name) return ''
  const plain = name.replaceAll('_', '-')
  const found = [...REASONS, ...SETTLEMENTS].find(([, known]) => known === plain)
  if (!found) return name
  return language() === 'zh' ? found[3] : found[2]
}

/** The reasons that may be given for something, in the order of the list. */
export function reasonsFor(use: ReasonUse): { value: string; label: string }[] {
  return REASONS.filter(([, , , , uses]) => uses.includes(use)).map(([, name, en, zh]) => ({
    value: name,
    label: language() === 'zh' ? zh : en,
  }))
}
