/** What went wrong, in one sentence of the language in force: ours by its code, the server's in its own words. */
import { OfflineError, ProblemError } from '@/api/client'
import { i18n } from '@/i18n'

import { SigningRefusal } from './refusal'

/** The sentence of an error; empty where the user gave up. */
export function sayError(error: unknown): string {
  if (error instanceof SigningRefusal) return i18n.global.t(error.code, error.values)
  if (error instanceof ProblemError && error.type.endsWith(':not-signed-in')) {
    return i18n.global.t('common.signInHint') // the server tells programs how to send an account's key
  }
  if (error instanceof ProblemError) return error.detail || error.title // it names each of its `errors`
  if (error instanceof OfflineError) return i18n.global.t('signing.offline')
  if (error instanceof DOMException && error.name === 'AbortError') return ''
  console.error(error)
  return i18n.global.t('signing.unforeseen', { message: String(error).slice(0, 200) })
}
