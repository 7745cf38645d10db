/** The suppliers of the list that have a text in their name, and those that the server found beside them. */
import type { Schemas } from '@/api/client'

export interface SupplierFound {
  readonly supplier: string
  readonly name: Schemas['Name'] | null
  /** How many qualifications it has; null where only the search found it. */
  readonly count: number | null
}

/** Of an id enough of its beginning: a few letters of a name stand in almost any. */
const ID_BEGIN = /^(0x)?[0-9a-f]{6,}$/

/** Narrow the list by a typed name, and add what the search found and the list has not. */
export function mergedRows(
  list: readonly Schemas['SupplierRow'][],
  results: readonly Schemas['Result'][],
  typed: string,
): SupplierFound[] {
  const sought = plain(typed)
  const rows = list.map((row) => ({ supplier: row.supplier, name: row.name, count: row.qualification_count }))
  if (sought === '') return rows
  const found = results.filter((each) => each.kind === 'supplier')
  const ids = new Set(found.map((each) => each.id))
  const fitting = rows.filter((row) => ids.has(row.supplier) || fits(row, sought))
  const shown = new Set(fitting.map((row) => row.supplier))
  const beyond = found.filter((each) => !shown.has(each.id))
  return [...fitting, ...beyond.map((each) => ({ supplier: each.id, name: each.label, count: null }))]
}

function fits(row: SupplierFound, sought: string): boolean {
  const isNamed = [row.name?.zh, row.name?.en].some((each) => each !== undefined && plain(each).includes(sought))
  return isNamed || (ID_BEGIN.test(sought) && row.supplier.startsWith(sought.replace(/^0x/, '')))
}

/** A name as it is compared: full-width forms made plain, case left out. */
function plain(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase()
}
