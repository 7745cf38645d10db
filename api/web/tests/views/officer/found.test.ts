import { describe, expect, it } from 'vitest'

import { mergedRows } from '@/views/officer/found'

const LIST = [
  { supplier: 'a'.repeat(40), name: { zh: '样例速通贸易行', en: 'Sample Lapsed Trading' }, qualification_count: 1 },
  { supplier: 'b'.repeat(40), name: null, qualification_count: 0 },
]
const hit = (kind: 'supplier' | 'issuer', id: string): Parameters<typeof mergedRows>[1][number] => ({
  kind,
  id,
  label: { zh: '样例', en: 'Sample' },
  by: 'name',
  address: null,
})

describe('suppliers by name', () => {
  it('are all there while nothing is typed', () => {
    expect(mergedRows(LIST, [], ' ')).toHaveLength(2)
  })

  it('are narrowed by either name, however it is written', () => {
    expect(mergedRows(LIST, [], '速通').map((row) => row.supplier[0])).toEqual(['a'])
    expect(mergedRows(LIST, [], 'ｌａｐｓｅｄ').map((row) => row.supplier[0])).toEqual(['a'])
    expect(mergedRows(LIST, [], 'nobody')).toEqual([])
  })

  it.each([
    ['aaaaaa', ['a']],
    ['0xAAAAAAAA', ['a']],
    ['aaaaa', []],
    ['be', []],
    ['dab1be', []],
  ])('are found by the beginning of an id, not by letters within it: %s', (typed, found) => {
    const list = [...LIST, { supplier: `c0dab1be${'0'.repeat(32)}`, name: null, qualification_count: 0 }]
    expect(mergedRows(list, [], typed).map((row) => row.supplier[0])).toEqual(found)
  })

  it('come from the search where the list has not got that far, each once and suppliers alone', () => {
    const hits = [hit('supplier', 'a'.repeat(40)), hit('supplier', 'c'.repeat(40)), hit('issuer', 'd'.repeat(40))]
    const found = mergedRows(LIST, hits, '样例')
    expect(found.map((row) => [row.supplier[0], row.count])).toEqual([
      ['a', 1],
      ['c', null],
    ])
  })
})
