/** Goods that leave a site: given out, handed over, sent on their way, written off. */
import type { Hex } from 'viem'

import type { Schemas } from '@/api/client'
import { leavesDistrict } from '@/places'

import { wrongAhead } from '../days'
import { seatOf } from '../people'
import { isWrong, readQuantity, type Wrongs } from '../quantities'
import { firstExpiringFirst, isUsable, lotState, sum, type Holding } from '../stock'
import type { Agreed } from './agreed'
import { approverFor, Checking, commonBody, type ApproverReason, type CommonFields } from './common'

type Line = Schemas['LotForm']

/** So much of an item: of what expires first, or of the lots that were chosen. */
export interface Picked {
  item: string
  total: string
  /** Base units by lot, where somebody chose them. */
  byLot: { [lot: string]: string } | null
}

export interface IssueFields extends CommonFields {
  consignee: string
  goods: Picked[]
  reason: string
  /** Key of the request that it serves; empty for none. */
  request: string
}

export interface GiveFields extends CommonFields {
  to: string
  goods: Picked[]
  /** Keeper of the site that takes them at once; of a hand-over alone. */
  receiver: string
  /** Until when the other side answers; of goods on their way alone. */
  deadline: string
  /** Key of the proposal that it delivers on; empty for none. */
  proposal: string
  /** What its approver has signed already; null where nobody has, or something else is sent. */
  agreed: Agreed | null
}

export interface WriteOffFields extends CommonFields {
  lines: { lot: string; quantity: string; reason: string }[]
}

export function emptyIssue(): IssueFields {
  return { consignee: '', goods: [], reason: '', request: '', day: '', keeper: '', approver: '' }
}

export function emptyGive(): GiveFields {
  return { to: '', goods: [], receiver: '', deadline: '', proposal: '', agreed: null, day: '', keeper: '', approver: '' }
}

export function emptyWriteOff(): WriteOffFields {
  return { lines: [], day: '', keeper: '', approver: '' }
}

/** Spread a quantity over lots, what expires first first; null where there is not so much. */
export function spread(total: bigint, lots: readonly Holding[]): Line[] | null {
  const lines: Line[] = []
  let left = total
  for (const lot of firstExpiringFirst(lots)) {
    if (left === 0n) break
    const there = BigInt(lot.quantity)
    const taken = there < left ? there : left
    if (taken > 0n) lines.push({ lot: lot.lot, quantity: String(taken) })
    left -= taken
  }
  return left === 0n ? lines : null
}

/** What may be given out of an item. */
export function usableOf(item: string, holdings: readonly Holding[]): Holding[] {
  return firstExpiringFirst(holdings.filter((lot) => lot.item === item && isUsable(lot)))
}

/** Something against a batch that was picked: a word below `keeper.forms.lotBad`. */
export type AgainstLot = 'held' | 'recalled' | 'expired' | 'gone'

/** What is against giving a batch out, from what lies here; null for nothing. */
export function againstLot(lot: string, holdings: readonly Holding[]): AgainstLot | null {
  const found = holdings.find((each) => each.lot === lot)
  if (found === undefined || found.quantity === '0') return 'gone'
  const state = lotState(found)
  return state === 'usable' || state === 'expiring' ? null : state
}

/** The lines that were picked; what cannot be meant is left out, and is what `checkPicked` refuses. */
export function linesOf(goods: readonly Picked[], holdings: readonly Holding[]): Line[] {
  return goods.flatMap((picked) => {
    if (picked.byLot === null) {
      const total = readQuantity(picked.total)
      return isWrong(total) ? [] : (spread(total, usableOf(picked.item, holdings)) ?? [])
    }
    return Object.entries(picked.byLot).flatMap(([lot, typed]) => {
      const quantity = readQuantity(typed)
      return isWrong(quantity) ? [] : [{ lot, quantity: String(quantity) }]
    })
  })
}

function checkPicked(checking: Checking, goods: readonly Picked[], holdings: readonly Holding[]): void {
  if (goods.length === 0) checking.add('goods', { word: 'goodsEmpty' })
  goods.forEach((picked, place) => {
    const lots = usableOf(picked.item, holdings)
    if (picked.byLot === null) {
      checking.quantity(`goods.${place}.total`, picked.total, 1n, sum(lots))
      return
    }
    let any = 0n
    for (const [lot, typed] of Object.entries(picked.byLot)) {
      if (typed.trim() === '') continue
      if (againstLot(lot, holdings) !== null) {
        checking.add(`goods.${place}.byLot.${lot}`, { word: 'lotBad' })
        continue
      }
      const there = lots.find((each) => each.lot === lot)?.quantity ?? '0'
      any += checking.quantity(`goods.${place}.byLot.${lot}`, typed, 0n, BigInt(there))
    }
    if (any === 0n) checking.add(`goods.${place}.total`, { word: 'lotsEmpty' })
  })
}

export function wrongIssue(fields: IssueFields, holdings: readonly Holding[]): Wrongs {
  const checking = new Checking()
  checking.filled('consignee', fields.consignee, 'consigneeEmpty')
  checkPicked(checking, fields.goods, holdings)
  checking.common(fields, approverFor(fields))
  return checking.wrongs
}

export function issueBody(
  site: string,
  fields: IssueFields,
  holdings: readonly Holding[],
  clientId: Hex,
  note: string,
): Schemas['IssueForm'] {
  return {
    kind: 'issue',
    site,
    consignee: fields.consignee,
    lines: linesOf(fields.goods, holdings),
    ...(fields.reason === '' ? {} : { reason: fields.reason }),
    ...(fields.request === '' ? {} : { reference: { type: 'request', key: fields.request } }),
    ...commonBody(fields, approverFor(fields), clientId, note),
  }
}

/** Why an approver signs goods that go to another site. */
export function approverOfGiving(site: string, fields: { day: string; to: string }): ApproverReason | null {
  return approverFor(fields, fields.to !== '' && leavesDistrict(site, fields.to) ? 'leaves' : null)
}

export function wrongGive(
  kind: 'hand-over' | 'dispatch',
  site: string,
  fields: GiveFields,
  holdings: readonly Holding[],
): Wrongs {
  const checking = new Checking()
  checking.filled('to', fields.to, 'siteEmpty')
  if (fields.to === site) checking.add('to', { word: 'siteSame' })
  checkPicked(checking, fields.goods, holdings)
  if (kind === 'hand-over') checking.person('receiver', fields.receiver)
  else if (fields.agreed === null) checking.add('deadline', wrongAhead(fields.deadline))
  if (kind === 'hand-over' && fields.receiver !== '' && isSamePerson(fields.receiver, fields.keeper))
    checking.add('receiver', { word: 'personSame' })
  if (fields.agreed === null) checking.common(fields, approverOfGiving(site, fields))
  else checking.person('keeper', fields.keeper)
  return checking.wrongs
}

export function giveBody(
  kind: 'hand-over' | 'dispatch',
  site: string,
  fields: GiveFields,
  holdings: readonly Holding[],
  clientId: Hex,
  note: string,
): Schemas['HandOverForm'] | Schemas['DispatchForm'] {
  const { agreed } = fields
  if (agreed !== null) {
    const { occurredAt: day, deadline, approver } = agreed
    const asAgreed = { ...fields, agreed: null, day, deadline, approver }
    return giveBody(kind, site, asAgreed, holdings, agreed.clientId, '') // no note was agreed
  }
  const body = {
    site,
    to: fields.to,
    lines: linesOf(fields.goods, holdings),
    ...(fields.proposal === '' ? {} : { reference: { type: 'proposal', key: fields.proposal } as const }),
    ...commonBody(fields, approverOfGiving(site, fields), clientId, note),
  }
  return kind === 'dispatch'
    ? { kind, ...body, deadline: fields.deadline }
    : { kind, ...body, receiver: seatOf(fields.receiver) }
}

export function wrongWriteOff(fields: WriteOffFields, holdings: readonly Holding[]): Wrongs {
  const checking = new Checking()
  if (fields.lines.length === 0) checking.add('lines', { word: 'goodsEmpty' })
  fields.lines.forEach((line, place) => {
    const there = holdings.find((lot) => lot.lot === line.lot)?.quantity ?? '0'
    checking.quantity(`lines.${place}.quantity`, line.quantity, 1n, BigInt(there))
    checking.filled(`lines.${place}.reason`, line.reason, 'reasonEmpty')
  })
  checking.common(fields, 'writeOff')
  return checking.wrongs
}

export function writeOffBody(
  site: string,
  fields: WriteOffFields,
  clientId: Hex,
  note: string,
): Schemas['WriteOffForm'] {
  const plain = new Checking()
  return {
    kind: 'write-off',
    site,
    lines: fields.lines.map((line) => ({
      lot: line.lot,
      quantity: String(plain.quantity('', line.quantity, 1n)),
      reason: line.reason,
    })),
    ...commonBody(fields, 'writeOff', clientId, note),
    approver: seatOf(fields.approver),
  }
}

/** Whether two choices are the same key. */
export function isSamePerson(one: string, other: string): boolean {
  return seatOf(one).address.toLowerCase() === seatOf(other).address.toLowerCase()
}
