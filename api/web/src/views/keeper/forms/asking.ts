/** Goods that a site asks for. */
import type { Hex } from 'viem'

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

export function emptyAsk(): AskFields {
  return { item: '', quantity: '', neededBy: '', urgency: 'routine', reason: '', consignee: '', keeper: '' }
}

export function wrongAsk(fields: AskFields): Wrongs {
  const checking = new Checking()
  checking.filled('item', fields.item, 'itemEmpty')
  checking.quantity('quantity', fields.quantity, 1n)
  checking.add('neededBy', wrongAhead(fields.neededBy))
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
