/** Goods on their way: what arrives here, and what comes back here. Only the exceptions are named. */
import type { Hex } from 'viem'

import type { Schemas } from '@/api/client'

import { seatOf } from '../people'
import { isWrong, readQuantity, type Wrongs } from '../quantities'
import { approverFor, Checking, commonBody, type CommonFields } from './common'
import { isSamePerson } from './leaving'

export type OnTheWay = Schemas['ConsignmentLine']

/** What is not as it was sent, of one lot. */
export interface Exceptions {
  missing: string
  missingReason: string
  returning: string
  returningReason: string
}

export interface AcceptFields extends CommonFields {
  exceptions: { [lot: string]: Exceptions }
}

export function emptyExceptions(): Exceptions {
  return { missing: '', missingReason: '', returning: '', returningReason: '' }
}

export function emptyAccept(): AcceptFields {
  return { exceptions: {}, day: '', keeper: '', approver: '' }
}

/** What is taken of a lot, as far as can be read; null where what was typed is no quantity or too much. */
export function taken(line: OnTheWay, exceptions: Exceptions | undefined): bigint | null {
  let left = BigInt(line.quantity)
  for (const typed of [exceptions?.missing ?? '', exceptions?.returning ?? '']) {
    if (typed.trim() === '') continue
    const read = readQuantity(typed, 0n)
    if (isWrong(read)) return null
    left -= read
  }
  return left < 0n ? null : left
}

/**
 * What is wrong with an answer; `sentBy` is the key that sent the goods, which does not sign for their
 * arrival.
 */
export function wrongAccept(fields: AcceptFields, lines: readonly OnTheWay[], sentBy?: string): Wrongs {
  const checking = new Checking()
  if (sentBy !== undefined && isSamePerson(fields.keeper, sentBy)) checking.add('keeper', { word: 'acceptSame' })
  for (const line of lines) {
    const exceptions = fields.exceptions[line.lot]
    if (exceptions === undefined) continue
    const at = `exceptions.${line.lot}`
    const whole = BigInt(line.quantity)
    const missing = exception(checking, `${at}.missing`, exceptions.missing, exceptions.missingReason, whole)
    const returning = exception(checking, `${at}.returning`, exceptions.returning, exceptions.returningReason, whole)
    if (missing + returning > whole)
      checking.add(`${at}.returning`, { word: 'exceptionsMore', values: { most: line.quantity } })
  }
  checking.common(fields, approverFor(fields))
  return checking.wrongs
}

function exception(checking: Checking, field: string, typed: string, reason: string, most: bigint): bigint {
  if (typed.trim() === '') return 0n
  const quantity = checking.quantity(field, typed, 0n, most)
  if (quantity > 0n) checking.filled(`${field}Reason`, reason, 'reasonEmpty')
  return quantity
}

function named(
  lines: readonly OnTheWay[],
  fields: AcceptFields,
  which: 'missing' | 'returning',
): Schemas['LotForm'][] {
  return lines.flatMap((line) => {
    const exceptions = fields.exceptions[line.lot]
    const quantity = readQuantity(exceptions?.[which] ?? '', 0n)
    if (exceptions === undefined || isWrong(quantity) || quantity === 0n) return []
    return [{ lot: line.lot, quantity: String(quantity), reason: exceptions[`${which}Reason`] }]
  })
}

export function acceptanceBody(
  consignment: string,
  fields: AcceptFields,
  lines: readonly OnTheWay[],
  clientId: Hex,
  note: string,
): Schemas['AcceptanceForm'] {
  return {
    kind: 'acceptance',
    consignment,
    missing: named(lines, fields, 'missing'),
    returning: named(lines, fields, 'returning'),
    ...commonBody(fields, approverFor(fields), clientId, note),
  }
}

export function returnAcceptanceBody(
  consignment: string,
  fields: AcceptFields,
  lines: readonly OnTheWay[],
  clientId: Hex,
  note: string,
): Schemas['ReturnAcceptanceForm'] {
  return {
    kind: 'return-acceptance',
    consignment,
    missing: named(lines, fields, 'missing'),
    ...commonBody(fields, approverFor(fields), clientId, note),
  }
}

export function wrongReturn(fields: AcceptFields): Wrongs {
  const checking = new Checking()
  checking.common(fields, 'return')
  return checking.wrongs
}

export function returnBody(
  consignment: string,
  fields: AcceptFields,
  clientId: Hex,
  note: string,
): Schemas['ReturnForm'] {
  return {
    kind: 'return',
    consignment,
    ...commonBody(fields, 'return', clientId, note),
    approver: seatOf(fields.approver),
  }
}
