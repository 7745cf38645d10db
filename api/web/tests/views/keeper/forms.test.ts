import { describe, expect, it } from 'vitest'

import type { Schemas } from '@/api/client'
import { dayAfter, ledgerDay } from '@/days'
import { isLate } from '@/views/keeper/days'
import type { Agreed } from '@/views/keeper/forms/agreed'
import { acceptanceBody, emptyAccept, taken, wrongAccept, type OnTheWay } from '@/views/keeper/forms/arriving'
import { askBody, emptyAsk, wrongAsk } from '@/views/keeper/forms/asking'
import { approverOfCount, countBody, emptyCount, wrongCount } from '@/views/keeper/forms/count'
import {
  emptyGive,
  emptyIssue,
  emptyWriteOff,
  giveBody,
  issueBody,
  spread,
  wrongGive,
  wrongIssue,
  wrongWriteOff,
  writeOffBody,
} from '@/views/keeper/forms/leaving'
import { emptyArrived, emptyReceive, receiptBody, wrongReceive } from '@/views/keeper/forms/receive'
import { approvingPlace, nearest } from '@/views/keeper/people'

import { holding, MASKS, SITE } from './holdings'

const KEEPER = `0x${'a1'.repeat(20)}@420102001001`
const OTHER = `0x${'b2'.repeat(20)}@420102001002`
const APPROVER = `0x${'c3'.repeat(20)}@420102`
const CLIENT = `0x${'11'.repeat(32)}` as const
const OLD = dayAfter(ledgerDay(), -9)
const SEAT = { address: `0x${'a1'.repeat(20)}`, division: '420102001001' }
const WEST = '420103001001501'

const soon = holding('a', '30', { use_until: dayAfter(ledgerDay(), 10) })
const later = holding('b', '50', { use_until: dayAfter(ledgerDay(), 90) })
const never = holding('c', '20')
const held = holding('d', '70', { is_free: false, is_held: true })
const HOLDINGS = [never, held, later, soon]

function words(wrongs: object): Record<string, string> {
  return Object.fromEntries(Object.entries(wrongs).map(([field, wrong]) => [field, (wrong as { word: string }).word]))
}

describe('goods that are given out', () => {
  const good = { ...emptyIssue(), consignee: 'dd'.repeat(20), keeper: KEEPER }
  const goods = (total: string) => [{ item: MASKS, total, byLot: null }]

  it('are taken from what expires first', () => {
    expect(spread(90n, [never, later, soon])).toEqual([
      { lot: soon.lot, quantity: '30' },
      { lot: later.lot, quantity: '50' },
      { lot: never.lot, quantity: '10' },
    ])
    expect(spread(101n, [never, later, soon])).toBeNull()
  })

  it('become a form that names its batches', () => {
    const fields = { ...good, goods: goods('３５'), reason: 'distribution' }
    expect(wrongIssue(fields, HOLDINGS)).toEqual({})
    expect(issueBody(SITE, fields, HOLDINGS, CLIENT, ' to the door ')).toEqual({
      kind: 'issue',
      client_id: CLIENT,
      site: SITE,
      consignee: 'dd'.repeat(20),
      lines: [
        { lot: soon.lot, quantity: '30' },
        { lot: later.lot, quantity: '5' },
      ],
      reason: 'distribution',
      keeper: SEAT,
      note: 'to the door',
    } satisfies Schemas['IssueForm'])
  })

  it('are no more than may be given out, held ones left aside', () => {
    expect(wrongIssue({ ...good, goods: goods('101') }, HOLDINGS)).toEqual({
      'goods.0.total': { word: 'quantityMore', values: { most: '100' } },
    })
    expect(wrongIssue({ ...good, goods: goods('100') }, HOLDINGS)).toEqual({})
  })

  it('may be of chosen batches, each no more than is there', () => {
    const byLot = { [soon.lot]: '', [later.lot]: '51', [never.lot]: '1' }
    const fields = { ...good, goods: [{ item: MASKS, total: '', byLot }] }
    expect(words(wrongIssue(fields, HOLDINGS))).toEqual({ [`goods.0.byLot.${later.lot}`]: 'quantityMore' })
    byLot[later.lot] = '5'
    expect(issueBody(SITE, fields, HOLDINGS, CLIENT, '').lines).toEqual([
      { lot: later.lot, quantity: '5' },
      { lot: never.lot, quantity: '1' },
    ])
  })

  it('may not be of a chosen batch that has been held or has run out meanwhile', () => {
    const goods = [{ item: MASKS, total: '', byLot: { [held.lot]: '7', [never.lot]: '1', ['e'.repeat(40)]: '2' } }]
    expect(words(wrongIssue({ ...good, goods }, HOLDINGS))).toEqual({
      [`goods.0.byLot.${held.lot}`]: 'lotBad',
      [`goods.0.byLot.${'e'.repeat(40)}`]: 'lotBad',
    })
  })

  it('say what is missing, field by field', () => {
    expect(words(wrongIssue(emptyIssue(), HOLDINGS))).toEqual({
      consignee: 'consigneeEmpty',
      goods: 'goodsEmpty',
      keeper: 'personEmpty',
    })
  })

  it('are late 7 days after the end of their day', () => {
    expect(isLate('2026-11-22', Date.parse('2026-11-29T00:00:00+08:00'))).toBe(false)
    expect(isLate('2026-11-22', Date.parse('2026-11-29T23:59:59+08:00'))).toBe(false)
    expect(isLate('2026-11-22', Date.parse('2026-11-30T00:00:00+08:00'))).toBe(false)
    expect(isLate('2026-11-22', Date.parse('2026-11-30T00:00:01+08:00'))).toBe(true)
    expect(isLate('2026-11-21', Date.parse('2026-11-29T12:00:00+08:00'))).toBe(true)
    expect(isLate('', Date.parse('2026-11-29T12:00:00+08:00'))).toBe(false)
  })

  it('need an approver more than 7 days later, and no day that is still to come', () => {
    const fields = { ...good, goods: goods('1'), day: OLD }
    expect(isLate(OLD)).toBe(true)
    expect(words(wrongIssue(fields, HOLDINGS))).toEqual({ approver: 'personEmpty' })
    expect(issueBody(SITE, { ...fields, approver: APPROVER }, HOLDINGS, CLIENT, '')).toMatchObject({
      occurred_at: OLD,
      approver: { address: `0x${'c3'.repeat(20)}`, division: '420102' },
    })
    expect(words(wrongIssue({ ...fields, day: dayAfter(ledgerDay(), 1) }, HOLDINGS))).toEqual({ day: 'dayAhead' })
    expect(words(wrongIssue({ ...fields, day: '2026-02-30' }, HOLDINGS))).toEqual({ day: 'dayForm' })
  })

  it('take a key that was typed only as an address', () => {
    const fields = { ...good, goods: goods('1'), keeper: '0x12' }
    expect(words(wrongIssue(fields, HOLDINGS))).toEqual({ keeper: 'personForm' })
    const typed = { ...fields, keeper: `0x${'a1'.repeat(20)}` }
    expect(issueBody(SITE, typed, HOLDINGS, CLIENT, '').keeper).toEqual({ address: `0x${'a1'.repeat(20)}` })
  })
})

describe('goods for another site', () => {
  const good = {
    ...emptyGive(),
    to: '420102001002301',
    goods: [{ item: MASKS, total: '10', byLot: null }],
    keeper: KEEPER,
    deadline: dayAfter(ledgerDay(), 7),
  }

  it('need an approver over both where they leave the district', () => {
    expect(wrongGive('dispatch', SITE, good, HOLDINGS)).toEqual({})
    expect(words(wrongGive('dispatch', SITE, { ...good, to: WEST }, HOLDINGS))).toEqual({ approver: 'personEmpty' })
    expect(approvingPlace(SITE, WEST)).toBe('4201')
    expect(approvingPlace(SITE, '420102001002301')).toBe('420102001001')
    expect(approvingPlace(SITE, '110101001001101')).toBe('0')
  })

  it('go to another site, into other hands, until a day that is not over', () => {
    expect(words(wrongGive('dispatch', SITE, { ...good, to: SITE }, HOLDINGS))).toEqual({ to: 'siteSame' })
    expect(words(wrongGive('dispatch', SITE, { ...good, deadline: OLD }, HOLDINGS))).toEqual({ deadline: 'dayOver' })
    expect(words(wrongGive('hand-over', SITE, good, HOLDINGS))).toEqual({ receiver: 'personEmpty' })
    const same = { ...good, receiver: KEEPER.replace('@420102001001', '@420102') }
    expect(words(wrongGive('hand-over', SITE, same, HOLDINGS))).toEqual({ receiver: 'personSame' })
  })

  it('go as their approver has signed, under its identifier and without a note', () => {
    const agreed: Agreed = {
      clientId: `0x${'a9'.repeat(32)}`,
      occurredAt: '2026-11-29',
      deadline: '2026-12-06T15:59:59Z',
      approver: `0x${'c3'.repeat(20)}@4201`,
    }
    const fields = { ...good, to: WEST, proposal: 'b8'.repeat(31), agreed, deadline: OLD, day: OLD }
    expect(wrongGive('dispatch', SITE, fields, HOLDINGS)).toEqual({})
    expect(words(wrongGive('dispatch', SITE, { ...fields, keeper: '' }, HOLDINGS))).toEqual({ keeper: 'personEmpty' })
    const body = giveBody('dispatch', SITE, fields, HOLDINGS, CLIENT, 'a note')
    expect(body).toEqual({
      kind: 'dispatch',
      site: SITE,
      to: WEST,
      lines: giveBody('dispatch', SITE, good, HOLDINGS, CLIENT, '').lines,
      reference: { type: 'proposal', key: 'b8'.repeat(31) },
      client_id: agreed.clientId,
      occurred_at: '2026-11-29',
      deadline: '2026-12-06T15:59:59Z',
      keeper: { address: `0x${'a1'.repeat(20)}`, division: '420102001001' },
      approver: { address: `0x${'c3'.repeat(20)}`, division: '4201' },
    })
  })

  it('name the proposal on which they go', () => {
    const fields = { ...good, proposal: 'ab'.repeat(31) }
    expect(giveBody('dispatch', SITE, fields, HOLDINGS, CLIENT, '')).toMatchObject({
      kind: 'dispatch',
      reference: { type: 'proposal', key: 'ab'.repeat(31) },
      deadline: good.deadline,
    })
    const handed = giveBody('hand-over', SITE, { ...fields, receiver: OTHER }, HOLDINGS, CLIENT, '')
    expect(handed).toMatchObject({ receiver: { address: `0x${'b2'.repeat(20)}`, division: '420102001002' } })
    expect(handed).not.toHaveProperty('deadline')
  })
})

describe('goods that arrive', () => {
  const goods = { ...emptyArrived(), item: MASKS, quantity: '40', batch: ' M-2611 ', expires: '2027-05-01' }
  const good = { ...emptyReceive(), supplier: 'de'.repeat(20), goods: [goods], keeper: KEEPER }

  it('become a form', () => {
    expect(wrongReceive(good)).toEqual({})
    expect(receiptBody(SITE, good, CLIENT, '', ' PO-7 ')).toEqual({
      kind: 'receipt',
      client_id: CLIENT,
      site: SITE,
      supplier: 'de'.repeat(20),
      goods: [{ item: MASKS, quantity: '40', batch: 'M-2611', expires: '2027-05-01', rejected: '0' }],
      keeper: SEAT,
      order: 'PO-7',
    } satisfies Schemas['ReceiptForm'])
  })

  it('may all be refused, with a reason', () => {
    const refused = { ...good, goods: [{ ...goods, quantity: '0', rejected: '40' }] }
    expect(words(wrongReceive(refused))).toEqual({ 'goods.0.reason': 'reasonEmpty' })
    const reasoned = { ...good, goods: [{ ...goods, quantity: '0', rejected: '40', reason: 'damaged' }] }
    expect(wrongReceive(reasoned)).toEqual({})
    expect(receiptBody(SITE, reasoned, CLIENT, '', '').goods[0]).toMatchObject({ rejected: '40', reason: 'damaged' })
    expect(words(wrongReceive({ ...good, goods: [{ ...goods, quantity: '0' }] }))).toEqual({
      'goods.0.quantity': 'quantityZero',
    })
  })

  it('do not expire before they were made', () => {
    const wrong = { ...good, goods: [{ ...goods, made: '2026-05-02', expires: '2026-05-01' }] }
    expect(words(wrongReceive(wrong))).toEqual({ 'goods.0.expires': 'expiresBefore' })
    const ahead = { ...good, goods: [{ ...goods, made: dayAfter(ledgerDay(), 1), expires: '' }] }
    expect(words(wrongReceive(ahead))).toEqual({ 'goods.0.made': 'dayAhead' })
  })
})

describe('goods that came', () => {
  const line: OnTheWay = {
    lot: soon.lot,
    item: MASKS,
    item_name: null,
    unit: 'XBX',
    quantity: '40',
    state: 'in_transit',
    reason: null,
  }
  const key = '2e'.repeat(31)
  const except = { missing: '', missingReason: '', returning: '', returningReason: '' }

  it('are all accepted where nothing is named', () => {
    const fields = { ...emptyAccept(), keeper: KEEPER }
    expect(wrongAccept(fields, [line])).toEqual({})
    expect(acceptanceBody(key, fields, [line], CLIENT, '')).toEqual({
      kind: 'acceptance',
      client_id: CLIENT,
      consignment: key,
      missing: [],
      returning: [],
      keeper: SEAT,
    })
  })

  it('name each exception with its reason', () => {
    const exceptions = { [line.lot]: { ...except, missing: '5', missingReason: 'short-delivered', returning: '2' } }
    const fields = { ...emptyAccept(), keeper: KEEPER, exceptions }
    expect(taken(line, exceptions[line.lot])).toBe(33n)
    expect(words(wrongAccept(fields, [line]))).toEqual({ [`exceptions.${line.lot}.returningReason`]: 'reasonEmpty' })
    Object.assign(exceptions[line.lot] ?? {}, { returningReason: 'damaged' })
    expect(wrongAccept(fields, [line])).toEqual({})
    expect(acceptanceBody(key, fields, [line], CLIENT, '')).toMatchObject({
      missing: [{ lot: line.lot, quantity: '5', reason: 'short-delivered' }],
      returning: [{ lot: line.lot, quantity: '2', reason: 'damaged' }],
    })
  })

  it('are not accepted by whoever sent them', () => {
    const fields = { ...emptyAccept(), keeper: KEEPER }
    expect(words(wrongAccept(fields, [line], `0x${'A1'.repeat(20)}`))).toEqual({ keeper: 'acceptSame' })
    expect(wrongAccept(fields, [line], `0x${'b2'.repeat(20)}`)).toEqual({})
  })

  it('are not more exceptions than were sent', () => {
    const all = { missing: '30', missingReason: 'theft', returning: '11', returningReason: 'damaged' }
    const fields = { ...emptyAccept(), keeper: KEEPER, exceptions: { [line.lot]: all } }
    expect(words(wrongAccept(fields, [line]))).toEqual({ [`exceptions.${line.lot}.returning`]: 'exceptionsMore' })
    expect(taken(line, all)).toBeNull()
  })
})

describe('a count', () => {
  const lot = { lot: soon.lot, item: MASKS, expected: '100', counted: '100', reason: '' }
  const good = { ...emptyCount(), entry: 14, lots: [lot], keeper: KEEPER, second: OTHER }

  it('is bound to the entry at which it began', () => {
    expect(wrongCount(good)).toEqual({})
    expect(countBody(SITE, good, CLIENT, '')).toEqual({
      kind: 'count',
      client_id: CLIENT,
      site: SITE,
      entry: 14,
      lines: [{ lot: soon.lot, counted: '100' }],
      second: { address: `0x${'b2'.repeat(20)}`, division: '420102001002' },
      keeper: SEAT,
    })
  })

  it('gives a reason for a difference, and has a gain approved', () => {
    const less = { ...good, lots: [{ ...lot, counted: '94' }] }
    expect(words(wrongCount(less))).toEqual({ [`lots.${lot.lot}.reason`]: 'reasonEmpty' })
    expect(approverOfCount(less)).toBeNull()
    const more = { ...good, lots: [{ ...lot, counted: '101', reason: 'counting-error' }] }
    expect(approverOfCount(more)).toBe('gain')
    expect(words(wrongCount(more))).toEqual({ approver: 'personEmpty' })
    expect(countBody(SITE, { ...more, approver: APPROVER }, CLIENT, '')).toMatchObject({
      lines: [{ counted: '101', reason: 'counting-error' }],
      approver: { division: '420102' },
    })
  })

  it('is made by two, and of something', () => {
    expect(words(wrongCount({ ...good, second: KEEPER }))).toEqual({ second: 'secondSame' })
    expect(words(wrongCount({ ...good, lots: [{ ...lot, counted: '' }] }))).toEqual({ lots: 'countEmpty' })
  })

  it('leaves out what nobody counted, and takes 0', () => {
    const two = { ...good, lots: [{ ...lot, counted: '' }, { ...lot, lot: later.lot, expected: '0', counted: '0' }] }
    expect(countBody(SITE, two, CLIENT, '').lines).toEqual([{ lot: later.lot, counted: '0' }])
  })
})

describe('goods that are written off', () => {
  it('may be held ones, and always have an approver', () => {
    const line = { lot: held.lot, quantity: '70', reason: 'spoilage' }
    const fields = { ...emptyWriteOff(), lines: [line], keeper: KEEPER }
    expect(words(wrongWriteOff(fields, HOLDINGS))).toEqual({ approver: 'personEmpty' })
    expect(writeOffBody(SITE, { ...fields, approver: APPROVER }, CLIENT, '')).toMatchObject({
      lines: [line],
      approver: { division: '420102' },
    })
    const more = { ...fields, approver: APPROVER, lines: [{ ...line, quantity: '71' }] }
    expect(words(wrongWriteOff(more, HOLDINGS))).toEqual({ 'lines.0.quantity': 'quantityMore' })
  })
})

describe('goods that are asked for', () => {
  it('become an act', () => {
    const neededBy = dayAfter(ledgerDay(), 3)
    const fields = { ...emptyAsk(), item: MASKS, quantity: '60', neededBy, reason: 'below-floor', keeper: KEEPER }
    expect(wrongAsk(fields)).toEqual({})
    expect(askBody(SITE, fields, CLIENT, '')).toEqual({
      act: 'request',
      client_id: CLIENT,
      site: SITE,
      item: MASKS,
      quantity: '60',
      needed_by: neededBy,
      urgency: 'routine',
      reason: 'below-floor',
      by: SEAT,
    })
    expect(words(wrongAsk(emptyAsk()))).toEqual({
      item: 'itemEmpty',
      quantity: 'quantityEmpty',
      neededBy: 'dayEmpty',
      reason: 'reasonEmpty',
      keeper: 'personEmpty',
    })
  })

  it('are needed within a year', () => {
    const wrongOf = (neededBy: string) => words(wrongAsk({ ...emptyAsk(), neededBy })).neededBy
    expect(wrongOf(dayAfter(ledgerDay(), 365))).toBeUndefined()
    expect(wrongOf(dayAfter(ledgerDay(), 366))).toBe('dayFar')
    expect(wrongOf(dayAfter(ledgerDay(), -1))).toBe('dayOver')
    expect(wrongOf('next week')).toBe('dayForm')
  })
})

describe('who may sign', () => {
  it('is each holder once, by the nearest grant', () => {
    const grant = (holder: string, division: string) => ({ holder, division }) as Schemas['api__schemas__roles__Grant']
    const one = `0x${'a1'.repeat(20)}`
    const two = `0x${'b2'.repeat(20)}`
    expect(nearest([grant(one, '420102'), grant(two, '4201'), grant(one, '420102001001')])).toEqual([
      { value: `${one}@420102001001`, address: one, division: '420102001001' },
      { value: `${two}@4201`, address: two, division: '4201' },
    ])
  })
})
