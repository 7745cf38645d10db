/** The status of a qualification in words; as it came where the page has none for it. */
import { i18n } from '@/i18n'

/** The word of a status. */
export function statusWord(status: string): string {
  const key = `officer.status.${status}`
  return i18n.global.te(key) ? i18n.global.t(key) : status
}
