import { describe, expect, it } from 'vitest'

import { levelsAbove, placeCode } from '@/views/home/places'

describe('what contains a division', () => {
  it('is told by its code, the nearest first', () => {
    expect(levelsAbove('420102001001')).toEqual(['420102001', '420102', '4201', '42', '0'])
    expect(levelsAbove('42')).toEqual(['0'])
  })
})

describe('the code of a division', () => {
  it.each(['0', '42', '4201', '420102'])('takes %s from anybody', (place) => {
    expect(placeCode(` ${place} `, true)).toEqual({ place, fault: null })
  })

  it('says that what lies below a district is not public', () => {
    expect(placeCode('420102001', true).fault).toBe('placeLow')
    expect(placeCode('420102001', false).place).toBe('420102001')
  })

  it('refuses what is no code', () => {
    expect(placeCode('', true).fault).toBe('placeEmpty')
    expect(['1', '420', '42010', '02', '42010a', '江岸区'].map((each) => placeCode(each, false).fault)).toEqual(
      Array(6).fill('placeWrong'),
    )
  })

  it('understands full-width digits', () => {
    expect(placeCode('４２０１０２', true).place).toBe('420102')
  })
})
