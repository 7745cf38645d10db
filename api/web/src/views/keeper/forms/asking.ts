/** Goods that a site asks for. */
import type { Hex } from 'viem'

import { dayAfter, ledgerDay } from '@/days'
import type { FormOf } from '@/signing/acts'

import { wrongAhead } from '../days'
import { seatOf } from '../people'
import type { Wrongs } from '../quantities'
import { Checking } from './common'

export const URGENCIES = ['routine', 'urgent', 'critical'] as const

export interface AskFields {
  item: string
  quantity: string
  neededBy: string
  urgency: (typeof URGENCIES)[number]
  reason: string
  consignee: string
  keeper: string
}

/** Days ahead by which goods may be asked for: the end of the last one is in time by the contract. */
export const FARTHEST = 365

export function emptyAsk(): AskFields {
  return { item: '', quantity: '', neededBy: '', urgency: 'routine', reason: '', consignee: '', keeper: '' }
}

export function wrongAsk(fields: AskFields): Wrongs {
  const checking = new Checking()
  checking.filled('item', fields.item, 'itemEmpty')
  checking.quantity('quantity', fields.quantity, 1n)
  checking.add('neededBy', wrongAhead(fields.neededBy))
  if (fields.neededBy > dayAfter(ledgerDay(), FARTHEST)) checking.add('neededBy', { word: 'dayFar' })
  checking.filled('reason', fields.reason, 'reasonEmpty')
  checking.person('keeper', fields.keeper)
  return checking.wrongs
}

export function askBody(
  site: string,
  fields: AskFields,
  clientId: Hex,
  note: string,
): FormOf<'request'> {
  return {
    act: 'request',
    client_id: clientId,
    site,
    item: fields.item,
    quantity: String(new Checking().quantity('', fields.quantity, 1n)),
    needed_by: fields.neededBy,
    urgency: fields.urgency,
    reason: fields.reason,
    ...(fields.consignee === '' ? {} : { consignee: fields.consignee }),
    ...(note.trim() === '' ? {} : { note: note.trim() }),
    by: seatOf(fields.keeper),
  }
}
