import { describe, expect, it } from 'vitest'

import { codesIn, namesOf } from '@/code-names'
import { useLanguage } from '@/i18n'

const PARTY = '8b2365c49c9dc571d58154cff8777d83b4799de8'

describe('codes in something that is signed', () => {
  it('are found by their size, in drafts and in acts', () => {
    const draft = {
      document: { from: '0x17e149e8a028d', to: `0x${PARTY}`, day_only: true },
      lots: [{ item: 299010110001 }],
      sender: { division: 420102001001 },
    }
    expect(codesIn(draft)).toEqual({
      sites: new Set(['420102001001101']),
      items: new Set(['299010110001']),
      parties: new Set([PARTY]),
    })
    const act = { arguments: { site: '420102001001101', item: '299010110001', quantity: '60', reason: 114, keeperDivision: '420102001001', client: `0x${'ab'.repeat(32)}` } }
    expect(codesIn(act)).toEqual({ sites: new Set(['420102001001101']), items: new Set(['299010110001']), parties: new Set() })
  })

  it('are named where a name was proved, and stay codes elsewhere', () => {
    useLanguage('zh')
    const name = { zh: '样例东城卡口', en: 'Sample East checkpoint' }
    const names = namesOf({
      sites: new Map([['420102001001101', null]]),
      items: new Map([['299010110001', { name: null, unit: 'XBX' }]]),
      parties: new Map([[PARTY, name]]),
    })
    expect(names.party?.(BigInt(`0x${PARTY}`))).toBe('样例东城卡口')
    expect(names.site?.(420102001001101n)).toBeUndefined()
    expect(names.site?.(1n)).toBeUndefined()
    expect(names.item?.(299010110001n)).toBeUndefined()
    expect(names.quantity?.(1200n, 299010110001n)).toBe('1,200 盒')
    expect(names.quantity?.(1200n, 1n)).toBeUndefined()
  })
})
