import { describe, expect, it } from 'vitest'

import { checkCharacter, supplierCode } from '@/views/officer/codes'

describe('the code of a supplier', () => {
  // Two published ones, one of the sample city, one of a rural collective.
  it.each(['91110000600037341L', '91350100M000100Y43', '91420100MA4KXMPL1B', 'N2340827MF0009838W'])('takes %s', (code) => {
    expect(checkCharacter(code)).toBe(code.slice(-1))
    expect(supplierCode(code)).toEqual({ code, fault: null })
  })

  it('brings it into its plain form', () => {
    expect(supplierCode(' ９１１１００００６０００３７３４１Ｌ ').code).toBe('91110000600037341L')
    expect(supplierCode('91110000-600037341-l').code).toBe('91110000600037341L')
  })

  it('names the check character that it should have', () => {
    expect(supplierCode('91110000600037341A').fault).toEqual({ rule: 'check', found: 'A', expected: 'L' })
  })

  it('refuses every other last character, and every two neighbours that were exchanged', () => {
    const right = '91420100MA4KXMPL1B'
    for (const last of '0123456789ABCDEFGHJKLMNPQRTUWXY') {
      expect(supplierCode(right.slice(0, 17) + last).code === null).toBe(last !== 'B')
    }
    for (let place = 8; place < 16; place += 1) {
      const turned = right.slice(0, place) + right.charAt(place + 1) + right.charAt(place) + right.slice(place + 2)
      expect(supplierCode(turned).code === null).toBe(turned !== right)
    }
  })

  it('says which rule is broken', () => {
    expect(supplierCode('  ').fault).toEqual({ rule: 'empty' })
    expect(supplierCode('9111000060003734').fault).toEqual({ rule: 'length', length: 16 })
    expect(supplierCode('91110000600037341O').fault).toEqual({ rule: 'form' })
    expect(supplierCode('911100A0600037341L').fault).toEqual({ rule: 'form' })
  })

  it('names a letter of another script that only looks like one', () => {
    expect(supplierCode('91420100MА4KXMPL1B').fault).toEqual({ rule: 'character', character: 'А', position: 10 })
  })

  it('takes an LEI by its check digits, and an id of this ledger', () => {
    expect(supplierCode('5493001KJTIIGC8Y1R12').code).toBe('5493001KJTIIGC8Y1R12')
    expect(supplierCode('5493001KJTIIGC8Y1R13').fault).toEqual({ rule: 'lei' })
    expect(supplierCode('DE6F2ECB27D224DB5B62CF5DA996A1979C258FEC').code).toBe('de6f2ecb27d224db5b62cf5da996a1979c258fec')
  })
})
