import { describe, expect, it } from 'vitest'

import { BOOK_BYTES, faultOf, typeOf } from '@/views/auditor/books/files'
import { columnsOf } from '@/views/auditor/document/lines'
import { disclosedBy } from '@/views/auditor/site/disclosed'
import { dated, lotsByDay, yearsOf } from '@/views/auditor/site/expiry'

import { holding } from './shapes'

describe('a file before it is sent', () => {
  it.each([
    ['book.xlsx', 1, null],
    ['BOOK.XLS', BOOK_BYTES, null],
    ['book.csv', BOOK_BYTES + 1, 'fileTooLarge'],
    ['book.ods', 0, 'fileEmpty'],
    ['book.pdf', 1, 'fileKind'],
    ['book', 1, 'fileKind'],
    [`${'b'.repeat(197)}.csv`, 1, 'nameTooLong'],
  ])('%s of %i bytes: %s', (name, size, fault) => {
    expect(faultOf({ name, size }, BOOK_BYTES)).toBe(fault)
  })

  it('is sent as what its name says', () => {
    expect(typeOf('a.b.csv')).toBe('text/csv')
    expect(typeOf('a.xlsx')).toContain('spreadsheetml')
  })
})

describe('days on which lots end', () => {
  const HOLDINGS = dated([
    holding({ lot: '2', use_until: '2027-02-01' }),
    holding({ lot: '1', use_until: '2026-12-31' }),
    holding({ lot: '3', use_until: '2027-02-01' }),
    holding({ lot: '4', use_until: null }),
  ])

  it('are in order, without lots that have none', () => {
    expect(HOLDINGS.map((each) => each.lot)).toEqual(['1', '2', '3'])
    expect(yearsOf(HOLDINGS)).toEqual([2026, 2027])
  })

  it('are counted by day within the year', () => {
    expect(lotsByDay(HOLDINGS, 2027)).toEqual([['2027-02-01', 2]])
    expect(lotsByDay(HOLDINGS, 2028)).toEqual([])
  })
})

describe('what a file of evidence tells', () => {
  const site = (code: string) => BigInt(code).toString(16).padStart(64, '0')
  const signer = (digit: string) => [digit.repeat(40), 'f'.repeat(64), 2]
  const FILE = [
    { type: 'evidence', block: 48, site: '420102001001101' },
    { type: 'header', rlp: 'f9' },
    { type: 'document', from: '0'.repeat(64), to: site('420102001001101'), sender: signer('1'), other: null, approver: signer('2') },
    { type: 'document', from: site('420102001001101'), to: site('420103001001101'), sender: signer('1'), other: signer('3'), approver: null },
    { type: 'document', from: 'd'.repeat(40).padStart(64, '0'), to: site('420102001001101'), sender: signer('1'), other: null, approver: null },
    { type: 'name', id: '420102001001101', zh: '东城', en: 'East' },
  ]

  it('is read from its lines: documents, sites, keys and names', () => {
    const text = FILE.map((line) => JSON.stringify(line)).join('\n') + '\n'
    expect(disclosedBy(text)).toEqual({
      block: 48,
      documents: 3,
      sites: ['420102001001101', '420103001001101'],
      keys: 3,
      names: [{ zh: '东城', en: 'East' }],
    })
  })
})

describe('what came in part', () => {
  it('is no file of evidence', () => {
    expect(disclosedBy('{"type":"evidence","block":48}\n{"type":"docu')).toBeNull()
  })
})

describe('columns of a document’s lines', () => {
  const LINE = {
    lot: 'a',
    item: 'i',
    item_name: null,
    unit: 'XBX',
    quantity: '1',
    reason: null,
    is_missing: null,
    delivered: null,
    rejected: null,
    expected: null,
    difference: null,
    output: null,
  }

  it('leave out what its kind does not have', () => {
    expect(columnsOf([LINE])).toEqual(['item', 'lot', 'quantity'])
    expect(columnsOf([{ ...LINE, expected: '3', difference: '-2' }])).toEqual(['item', 'lot', 'quantity', 'expected', 'difference'])
    expect(columnsOf([{ ...LINE, is_missing: false }])).toContain('reason')
  })
})
