/** What two keepers counted, beside what should be there by the entry at which they began. */
import type { Hex } from 'viem'

import type { Schemas } from '@/api/client'

import { seatOf } from '../people'
import { isWrong, readQuantity, type Wrongs } from '../quantities'
import { approverFor, Checking, commonBody, type ApproverReason, type CommonFields } from './common'
import { isSamePerson } from './leaving'

export interface CountedLot {
  lot: string
  item: string
  /** What should be there, by the entry. */
  expected: string
  counted: string
  reason: string
}

export interface CountFields extends CommonFields {
  /** Last entry of the site's card when counting began; null until it is known. */
  entry: number | null
  lots: CountedLot[]
  second: string
}

export function emptyCount(): CountFields {
  return { entry: null, lots: [], second: '', day: '', keeper: '', approver: '' }
}

/** How much more or less was found of a lot; null where nothing was counted yet. */
export function difference(lot: CountedLot): bigint | null {
  const counted = readQuantity(lot.counted, 0n)
  return isWrong(counted) ? null : counted - BigInt(lot.expected)
}

/** Why an approver signs a count. */
export function approverOfCount(fields: CountFields): ApproverReason | null {
  const gains = fields.lots.some((lot) => (difference(lot) ?? 0n) > 0n)
  return approverFor(fields, gains ? 'gain' : null)
}

export function wrongCount(fields: CountFields): Wrongs {
  const checking = new Checking()
  const counted = fields.lots.filter((lot) => lot.counted.trim() !== '')
  if (counted.length === 0) checking.add('lots', { word: 'countEmpty' })
  for (const lot of counted) {
    checking.quantity(`lots.${lot.lot}.counted`, lot.counted, 0n)
    const differs = difference(lot)
    if (differs !== null && differs !== 0n) checking.filled(`lots.${lot.lot}.reason`, lot.reason, 'reasonEmpty')
  }
  checking.person('second', fields.second)
  if (fields.second !== '' && isSamePerson(fields.second, fields.keeper))
    checking.add('second', { word: 'secondSame' })
  checking.common(fields, approverOfCount(fields))
  return checking.wrongs
}

export function countBody(
  site: string,
  fields: CountFields,
  clientId: Hex,
  note: string,
): Schemas['CountForm'] {
  return {
    kind: 'count',
    site,
    entry: fields.entry,
    lines: fields.lots.flatMap((lot) => {
      const counted = readQuantity(lot.counted, 0n)
      if (isWrong(counted)) return []
      const differs = counted !== BigInt(lot.expected)
      return [{ lot: lot.lot, counted: String(counted), ...(differs ? { reason: lot.reason } : {}) }]
    }),
    second: seatOf(fields.second),
    ...commonBody(fields, approverOfCount(fields), clientId, note),
  }
}
