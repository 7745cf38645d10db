/** Goods that arrive from a supplier. */
import type { Hex } from 'viem'

import type { Schemas } from '@/api/client'

import { isNoDay, ledgerDay } from '@/days'

import { seatOf } from '../people'
import type { Wrongs } from '../quantities'
import { approverFor, Checking, commonBody, type CommonFields } from './common'

export interface Arrived {
  item: string
  /** Taken into stock. */
  quantity: string
  batch: string
  made: string
  expires: string
  /** Refused. */
  rejected: string
  reason: string
}

export interface ReceiveFields extends CommonFields {
  supplier: string
  /** Who signs for the supplier; empty where nobody does. */
  supplierSigner: string
  goods: Arrived[]
  /** Labels that were scanned and not read yet, as without a connection; nothing of them is sent. */
  scans: string[]
}

export function emptyArrived(): Arrived {
  return { item: '', quantity: '', batch: '', made: '', expires: '', rejected: '', reason: '' }
}

export function emptyReceive(): ReceiveFields {
  return { supplier: '', supplierSigner: '', goods: [emptyArrived()], scans: [], day: '', keeper: '', approver: '' }
}

/** What is wrong with goods that arrive. */
export function wrongReceive(fields: ReceiveFields): Wrongs {
  const checking = new Checking()
  checking.filled('supplier', fields.supplier, 'supplierEmpty')
  if (fields.supplierSigner !== '') checking.person('supplierSigner', fields.supplierSigner)
  if (fields.goods.length === 0) checking.add('goods', { word: 'goodsEmpty' })
  fields.goods.forEach((goods, place) => checkArrived(checking, goods, `goods.${place}`))
  checking.common(fields, approverFor(fields))
  return checking.wrongs
}

function checkArrived(checking: Checking, goods: Arrived, at: string): void {
  checking.filled(`${at}.item`, goods.item, 'itemEmpty')
  const rejected = goods.rejected === '' ? 0n : checking.quantity(`${at}.rejected`, goods.rejected, 0n)
  checking.quantity(`${at}.quantity`, goods.quantity, rejected > 0n ? 0n : 1n)
  if (rejected > 0n) checking.filled(`${at}.reason`, goods.reason, 'reasonEmpty')
  for (const day of ['made', 'expires'] as const) {
    if (isNoDay(goods[day])) checking.add(`${at}.${day}`, { word: 'dayForm' })
  }
  if (goods.made > ledgerDay()) checking.add(`${at}.made`, { word: 'dayAhead' })
  if (goods.made !== '' && goods.expires !== '' && goods.expires < goods.made)
    checking.add(`${at}.expires`, { word: 'expiresBefore' })
}

export function receiptBody(
  site: string,
  fields: ReceiveFields,
  clientId: Hex,
  note: string,
  order: string,
): Schemas['ReceiptForm'] {
  return {
    kind: 'receipt',
    site,
    supplier: fields.supplier,
    goods: fields.goods.map(arrivedBody),
    ...(fields.supplierSigner === '' ? {} : { supplier_signer: seatOf(fields.supplierSigner) }),
    ...(order.trim() === '' ? {} : { order: order.trim() }),
    ...commonBody(fields, approverFor(fields), clientId, note),
  }
}

function arrivedBody(goods: Arrived): Schemas['DeliveredForm'] {
  const plain = new Checking()
  const rejected = goods.rejected === '' ? 0n : plain.quantity('', goods.rejected, 0n)
  return {
    item: goods.item,
    quantity: String(plain.quantity('', goods.quantity, 0n)),
    ...(goods.batch.trim() === '' ? {} : { batch: goods.batch.trim() }),
    ...(goods.made === '' ? {} : { made: goods.made }),
    ...(goods.expires === '' ? {} : { expires: goods.expires }),
    rejected: String(rejected),
    ...(rejected > 0n ? { reason: goods.reason } : {}),
  }
}
