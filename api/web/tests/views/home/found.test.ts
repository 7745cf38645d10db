import { describe, expect, it } from 'vitest'

import type { Schemas } from '@/api/client'
import { WORDS } from '@/words'
import { grouped, publicView, viewOf, type Kind } from '@/views/home/found'

const result = (kind: Kind, id: string): Schemas['Result'] => ({ kind, id, label: null, by: 'name', address: null })

describe('what a search found', () => {
  it('is shown by kind, suppliers first, in the order in which it came', () => {
    const groups = grouped([result('site', '1'), result('supplier', 'a'), result('site', '2')])
    expect(groups.map((group) => [group.kind, group.results.map((each) => each.id)])).toEqual([
      ['supplier', ['a']],
      ['site', ['1', '2']],
    ])
  })

  it('loses no kind', () => {
    const kinds = Object.keys(WORDS.zh.home.search.kinds) as Kind[]
    expect(grouped(kinds.map((kind) => result(kind, '1'))).map((group) => group.kind).sort()).toEqual(kinds.sort())
  })

  it('leads to its view, and nowhere where there is none', () => {
    expect(viewOf(result('site', '420102001001101'))).toBe('/stock/sites/420102001001101')
    expect(viewOf(result('lot', 'ab'))).toBe('/trace/lot/ab')
    expect(viewOf(result('holder', '0xab'))).toBe('/trace/key/0xab')
    expect(viewOf(result('block', '3'))).toBeNull()
  })
})

describe('what the public may see of a text', () => {
  it('is a verdict by code or the totals of a district', () => {
    expect(publicView('91420100MA4KXMPL1B')?.to).toBe('/verdict?code=91420100MA4KXMPL1B')
    expect(publicView('420102')?.to).toBe('/totals?place=420102')
    expect(publicView('420102001')).toBeNull()
    expect(publicView('口罩')).toBeNull()
  })
})
