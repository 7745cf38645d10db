/** What signers wrote beside a document, as facts: what is nested stands under the names that lead to it. */
import { i18n } from '@/i18n'

export interface Fact {
  readonly label: string
  readonly value: string
}

export function writtenFacts(content: Readonly<Record<string, unknown>>): Fact[] {
  return factsOf(content, [])
}

function factsOf(value: unknown, path: readonly string[]): Fact[] {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, member]) =>
      factsOf(member, [...path, Array.isArray(value) ? String(Number(name) + 1) : wordOf(name)]),
    )
  }
  return [{ label: path.join(' › '), value: said(value) }]
}

/** A name as the signers' program wrote it, unless it is one of those that every program writes. */
function wordOf(name: string): string {
  const key = `auditor.document.written.${name}`
  return i18n.global.te(key) ? i18n.global.t(key) : name
}

function said(value: unknown): string {
  if (typeof value === 'boolean') return i18n.global.t(value ? 'common.yes' : 'common.no')
  return value === null ? i18n.global.t('common.none') : String(value)
}
