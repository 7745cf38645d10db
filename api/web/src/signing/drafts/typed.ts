/**
 * What people type into forms, as the numbers that documents hold (`typed.py` and `identifiers.py`).
 *
 * Check characters and look-alike letters are the server's to refuse: here what was typed is only compared
 * with what the server made of it, and a text that means nothing is refused.
 */
import type { signingDrafts } from '@/words/signing-drafts'

import { SigningRefusal } from '../refusal'
import { SECONDS_A_DAY } from './moments'
import { taggedId } from './tagged'
import { utf8 } from './words'

/** A claimed time. */
export interface Moment {
  seconds: number
  dayOnly: boolean
}

type Clock = [hour: number, minute: number, second: number, hours: number, minutes: number]

const ID = /^[0-9a-f]{40}$/i
const LEI_LENGTH = 20
const LOCAL = 'local:'
const MOMENT = /^(\d{4}-\d\d-\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?:Z|([+-])(\d\d):(\d\d))$/
const QUANTITY = /^(0|[1-9][0-9]{0,18})$/
const QUANTITY_LIMIT = 1n << 63n

/** A day counted from 1970. */
export function typedDay(text: string, field: Field): number {
  const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text.trim())
  const [year, month, day] = (found?.slice(1) ?? []).map(Number)
  const moment = new Date(Date.UTC(year ?? NaN, (month ?? NaN) - 1, day ?? NaN))
  const isThere = !Number.isNaN(moment.getTime()) && moment.toISOString().slice(0, 10) === text.trim()
  if (!isThere || moment.getTime() < 0) unreadable(field, text)
  return moment.getTime() / 1_000 / SECONDS_A_DAY
}

/** A day (its beginning at the ledger's offset), or a moment with its distance from UTC. */
export function typedTime(text: string, offset: number, field: Field): Moment {
  const plain = text.trim()
  if (!plain.includes('T')) {
    const seconds = typedDay(plain, field) * SECONDS_A_DAY - offset
    if (seconds < 0) unreadable(field, text)
    return { seconds, dayOnly: true }
  }
  const found = MOMENT.exec(plain)
  if (!found) unreadable(field, text)
  const [day, sign] = [found[1]!, found[5]]
  const [hour, minute, second, hours, minutes] = [2, 3, 4, 6, 7].map((at) => Number(found[at] ?? 0)) as Clock
  const ahead = (hours * 3_600 + minutes * 60) * (sign === '-' ? -1 : 1)
  const seconds = typedDay(day, field) * SECONDS_A_DAY + hour * 3_600 + minute * 60 + second - ahead
  if (hour > 23 || minute > 59 || second > 59 || seconds < 0) unreadable(field, text)
  return { seconds, dayOnly: false }
}

/** A moment, or the last second of a day. */
export function typedDeadline(text: string, offset: number): number {
  const { seconds, dayOnly } = typedTime(text, offset, 'deadline')
  return dayOnly ? seconds + SECONDS_A_DAY - 1 : seconds
}

export function typedQuantity(text: string, field: Field): bigint {
  if (!QUANTITY.test(text) || BigInt(text) >= QUANTITY_LIMIT) unreadable(field, text)
  return BigInt(text)
}

export function typedNumber(text: string, form: RegExp, field: Field): bigint {
  if (!form.test(text)) unreadable(field, text)
  return BigInt(text)
}

/** An id of a lot, a key of a document: hexadecimal without a prefix. */
export function typedHex(text: string, field: Field): bigint {
  if (!/^[0-9a-f]+$/i.test(text)) unreadable(field, text)
  return BigInt(`0x${text}`)
}

/** The supplier that a USCC, a LEI or an id names. */
export function typedSupplier(text: string): bigint {
  return codedId('supplier', plainCode(text, 'source'))
}

/** The issuer that a USCC, a LEI or an id names. */
export function typedIssuer(text: string): bigint {
  return codedId('issuer', plainCode(text, 'issuer'))
}

/** The consignee that a USCC, a LEI, `local:CODE` or an id names. */
export function typedConsignee(text: string): bigint {
  const plain = text.trim()
  if (!plain.toLowerCase().startsWith(LOCAL)) return codedId('consignee', plainCode(plain, 'consignee'))
  const code = plainCode(plain.slice(LOCAL.length), 'consignee')
  return taggedId('shecang/consignee/1', utf8('local'), utf8(code))
}

function codedId(kind: string, code: string): bigint {
  if (ID.test(code)) return BigInt(`0x${code}`)
  const scheme = code.length === LEI_LENGTH ? 'lei' : 'uscc'
  return taggedId(`shecang/${kind}/1`, utf8(scheme), utf8(code))
}

/** A typed code in its plain form: NFKC, without blanks and hyphens, upper case. */
function plainCode(text: string, field: Field): string {
  const plain = text.normalize('NFKC').trim()
  if (!/^[0-9A-Za-z -]+$/.test(plain)) unreadable(field, text)
  return plain.replace(/[ -]/g, '').toUpperCase()
}

/** Refuse what was typed: it cannot be meant as that field. */
export function unreadable(field: Field, typed: string): never {
  throw new SigningRefusal('signingDrafts.formUnread', { field: fieldKey(field), typed })
}

/** Fields of forms and documents that a refusal or a list of what the server filled in may name. */
export type Field = keyof (typeof signingDrafts)['en']['fields']

/** Where the words have a field's name. */
export function fieldKey(field: Field): string {
  return `signingDrafts.fields.${field}`
}
