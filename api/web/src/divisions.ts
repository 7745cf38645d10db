/** Divisions in words: by their proved names with the code beside, by the code alone where none is proved. */
import { useAnswer } from '@/answer'
import { get, type Schemas } from '@/api/client'
import { i18n } from '@/i18n'
import { nameIn } from '@/names'
import { session } from '@/session'

const COUNTRY = '0'

/** Names that were told, asked for once a session. */
let kept: { account: string; names: Map<string, Promise<Schemas['Name'] | null>> } = { account: '', names: new Map() }

/** What divisions are called, whose names come after a moment; codes alone until then. */
export function useDivisions(codes: () => readonly string[]): { said(code: string): string } {
  const found = useAnswer(
    () => {
      const asked = [...new Set(codes())].filter((code) => code !== COUNTRY)
      return asked.length === 0 ? null : namesOf(asked)
    },
    () => codes().join(),
  )

  function said(code: string): string {
    const { t } = i18n.global
    if (code === COUNTRY) return t('common.place.country')
    const name = nameIn(found.value.value?.get(code))
    return name ? t('common.place.named', { name, code }) : code
  }

  return { said }
}

async function namesOf(codes: readonly string[]): Promise<ReadonlyMap<string, Schemas['Name'] | null>> {
  const names = await Promise.all(codes.map(nameOf))
  return new Map(codes.map((code, at) => [code, names[at]!]))
}

function nameOf(code: string): Promise<Schemas['Name'] | null> {
  const account = session.who?.account ?? ''
  if (kept.account !== account) kept = { account, names: new Map() }
  const { names } = kept
  const before = names.get(code)
  if (before !== undefined) return before
  const asked = get<Schemas['Division']>(`/v1/divisions/${code}`, { limit: 1 }).then((division) => division.name)
  names.set(code, asked)
  asked.catch(() => names.delete(code)) // asked again after a failure
  return asked
}
