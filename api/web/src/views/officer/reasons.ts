/** Why a qualification was suspended, revoked or reinstated, or goods were rejected, in words. */
import { i18n } from '@/i18n'

/** The words of a reason of the published list; its name there where the page has none. */
export function reasonWord(reason: string): string {
  const key = `officer.reason.${reason}`
  return i18n.global.te(key) ? i18n.global.t(key) : reason
}
