/** What the server says of the fields of an act, for each to stand beside its own. */
import { ProblemError } from '@/api/client'

/** Sentences by the name of the act's member. */
export type Said = Readonly<Record<string, string>>

/** What was said of each of these fields; null where something else was refused too, which is then said as a whole. */
export function saidOf(error: unknown, fields: readonly string[]): Said | null {
  if (!(error instanceof ProblemError) || error.errors.length === 0) return null
  const said = error.errors.map((each) => [memberOf(each.parameter), each.detail] as const)
  return said.every(([field]) => fields.includes(field)) ? Object.fromEntries(said) : null
}

/** The member that a place in an act is of, `declare-emergency.until`. */
function memberOf(parameter: string): string {
  return parameter.split('.')[1] ?? ''
}
