/** How values of documents are shown in refusals and lists: the same text in both languages. */
import type { Hex } from 'viem'

import { KIND_NAMES, type Kind } from './kinds'
import { NO_DIGEST } from './lots'
import { dayText } from './moments'
import { grouped } from './naming'
import { reasonLabel } from './reasons'
import type { Field } from './typed'
import { digits } from './words'

/** A value as documents hold it; undefined where nothing proves what it is. */
export type Raw = bigint | number | string | undefined

const NOTHING = '–'
const IDS: ReadonlySet<Field> = new Set<Field>(['lot', 'source', 'consignee', 'issuer', 'qualification'])
const QUANTITIES: ReadonlySet<Field> = new Set<Field>([
  'quantity',
  'rejected',
  'outputQuantity',
  'counted',
  'expected',
])
const DAYS: ReadonlySet<Field> = new Set<Field>(['made', 'expires'])

/** A value of a field, as people compare it with what they typed. */
export function shown(field: Field, value: Raw, kind?: Kind): string {
  if (value === undefined) return NOTHING
  if (QUANTITIES.has(field)) return grouped(BigInt(value))
  if (field === 'batch') return value === NO_DIGEST ? NOTHING : shortDigest(value as Hex)
  if (!value || value === NO_DIGEST) return NOTHING
  if (field === 'reason') return reasonText(Number(value), kind)
  if (DAYS.has(field)) return dayText(Number(value)) ?? `${value}`
  if (IDS.has(field)) return digits(BigInt(value), 40)
  if (field === 'site' || field === 'receivingSite') return `${value}`.padStart(15, '0')
  return field === 'reference' ? digits(BigInt(value), 64) : `${value}`
}

/** A kind in both languages. */
export function kindText(kind: Kind): string {
  const [en, zh] = KIND_NAMES[kind]
  return `${zh} (${en})`
}

function reasonText(code: number, kind?: Kind): string {
  const label = reasonLabel(code, kind)
  return label && label[0] !== label[1] ? `${label[1]} (${label[0]})` : `${code}`
}

function shortDigest(digest: Hex): string {
  return `${digest.slice(2, 18)}…`
}
