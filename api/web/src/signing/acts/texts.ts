/**
 * Names and notes as the client keeps them (`ledger_client/characters.py`, `canonical.py`), and as sentences
 * say them.
 */
import { hasInvisible } from '../characters'
import { plainName } from '../drafts/lots'
import { malformed } from './refusals'

// Scripts whose letters are drawn like one another: no honest word mixes two of them.
const LOOK_ALIKE = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Cherokee}/u,
  /\p{Script=Coptic}/u,
  /\p{Script=Lisu}/u,
]
const UNIT_SIGNS = 'μΩ'
const BODY_DEPTH = 32

/** Refuse a name that is not written in its plain form, or holds what nobody can see or tell apart. */
export function requirePlainName(name: string, where: string): void {
  const isPlain = plainName(name) === name && !hasInvisible(name)
  if (!isPlain || mixesScripts(name)) throw malformed(where)
}

/**
 * The canonical JSON (RFC 8785) of a note; of numbers it has whole ones alone, which are said as they are
 * signed.
 */
export function canonicalBody(body: Readonly<Record<string, unknown>>): string {
  return written(body, 0, (left, right) => (left < right ? -1 : 1), ',', ':')
}

/**
 * A note as its sentence says it: in the order of characters, with blanks, nothing in it that cannot be
 * seen.
 */
export function shownBody(body: Readonly<Record<string, unknown>>): string {
  const shown = written(body, 0, byCharacters, ', ', ': ')
  return Array.from(shown, (each) => {
    const code = (each.codePointAt(0) ?? 0).toString(16).padStart(4, '0')
    return /\p{C}/u.test(each) ? `\\u${code}` : each
  }).join('')
}

function mixesScripts(name: string): boolean {
  let word: RegExp | null = null
  for (const each of name) {
    const script = UNIT_SIGNS.includes(each) ? undefined : LOOK_ALIKE.find((one) => one.test(each))
    if (script && word && word !== script) return true
    word = script ?? (/\p{Nd}/u.test(each) ? word : null)
  }
  return false
}

type Order = (left: string, right: string) => number

function written(value: unknown, depth: number, order: Order, comma: string, colon: string): string {
  if (value === null || typeof value === 'boolean' || Number.isSafeInteger(value)) return String(value)
  if (typeof value === 'string') return quoted(value)
  if (typeof value !== 'object' || depth >= BODY_DEPTH) throw malformed('record.body')
  const inner = (each: unknown) => written(each, depth + 1, order, comma, colon)
  if (Array.isArray(value)) return `[${value.map(inner).join(comma)}]`
  const pairs = Object.entries(value).sort(([left], [right]) => order(left, right))
  return `{${pairs.map(([name, each]) => `${quoted(name)}${colon}${inner(each)}`).join(comma)}}`
}

function quoted(value: string): string {
  if (/\p{Cs}/u.test(value)) throw malformed('record.body') // half of a character, which UTF-8 cannot write
  return JSON.stringify(value)
}

/** Python sorts by characters, RFC 8785 by the 16-bit halves of them. */
function byCharacters(left: string, right: string): number {
  const [one, two] = [Array.from(left), Array.from(right)]
  const at = one.findIndex((each, index) => each !== two[index])
  if (at < 0) return one.length - two.length
  return (one[at]?.codePointAt(0) ?? -1) - (two[at]?.codePointAt(0) ?? -1)
}
