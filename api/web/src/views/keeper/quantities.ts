/**
 * Quantities as people type them: whole numbers of base units, and nothing else.
 *
 * As the client of the ledger does: digits of a Chinese keyboard (`１２`) are understood; a sign, a point, a comma or an
 * exponent means different things to different people, and is refused.
 */

/** What is wrong with a field: a word below `keeper.wrong`, and what stands in its sentence. */
export interface Wrong {
  readonly word: string
  readonly values?: Readonly<Record<string, string>>
}

/** What is wrong, by field. */
export type Wrongs = Readonly<Record<string, Wrong>>

const LIMIT = 2n ** 63n

/** Return a typed quantity, or what is wrong with it. */
export function readQuantity(typed: string, least: 0n | 1n = 1n): bigint | Wrong {
  const plain = typed.trim().replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))
  if (plain === '') return { word: 'quantityEmpty' }
  if (!/^[0-9]+$/.test(plain)) return { word: 'quantityForm', values: { typed: typed.trim() } }
  const value = plain.length > 30 ? LIMIT : BigInt(plain)
  if (value >= LIMIT) return { word: 'quantityLimit', values: { typed: typed.trim() } }
  if (value < least) return { word: 'quantityZero' }
  return value
}

/** Whether reading gave a refusal. */
export function isWrong(read: bigint | Wrong): read is Wrong {
  return typeof read !== 'bigint'
}
