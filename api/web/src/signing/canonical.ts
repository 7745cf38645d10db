/**
 * Canonical JSON (RFC 8785) as `ledger_client/canonical.py` writes it: one value, one text, so that what is hashed
 * can be read too. Values are objects with ASCII keys, lists, texts, whole numbers, true, false and null.
 */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

/** The canonical text of a value. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const members = Object.keys(value).sort()
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name] as Json)}`).join(',')}}`
}
