/** What a form says beside its fields, in the language in force. */
import { i18n } from '@/i18n'
import { quantity } from '@/format'

import type { KeeperForm } from '../form'
import type { Wrong } from '../quantities'

/** What is wrong with a field: what the page found, else what the server said; null for nothing. */
export function wrongOf(form: Pick<KeeperForm, 'wrongs' | 'said'>, field: string): string | null {
  const found = form.wrongs.value[field]
  return found === undefined ? (form.said.value[field] ?? null) : sentence(found)
}

/** What is wrong, as one sentence. */
export function sentence(wrong: Wrong): string {
  const values = { ...wrong.values }
  if (values.most !== undefined) values.most = quantity(values.most)
  return i18n.global.t(`keeper.wrong.${wrong.word}`, values)
}
