import { afterEach, describe, expect, it } from 'vitest'

import { i18n, useLanguage } from '@/i18n'
import { measured, nameIn, unitWord } from '@/names'

afterEach(() => useLanguage('en'))

describe('a quantity with its unit', () => {
  it('is said as English says one and several', () => {
    useLanguage('en')
    const boxes = ['0', '1', '2', '1000', -1n, 21n].map((each) => measured(each, 'XBX'))
    expect(boxes).toEqual(['0 boxes', '1 box', '2 boxes', '1,000 boxes', '-1 box', '21 boxes'])
    expect(measured('1', 'KGM')).toBe('1 kg')
    expect(measured('9223372036854775807', 'XBX')).toBe('9,223,372,036,854,775,807 boxes')
  })

  it('is said in Chinese by one word', () => {
    useLanguage('zh')
    expect([measured('1', 'XBX'), measured('2', 'XBX')]).toEqual(['1 盒', '2 盒'])
  })

  it('has the code where the page has no word, and nothing where there is no unit', () => {
    expect([measured('1', 'ZZ9'), measured('1', null), unitWord(undefined)]).toEqual(['1 ZZ9', '1', ''])
  })

  it('stands in a heading as several', () => {
    useLanguage('en')
    expect(unitWord('XBX')).toBe('boxes')
  })
})

it('counts are said as English says one and several', () => {
  useLanguage('en')
  const { t } = i18n.global
  expect([0, 1, 2].map((n) => t('home.totals.staleSites', { count: String(n) }, n))).toEqual(['0 sites', '1 site', '2 sites'])
  expect([1, 30].map((n) => t('district.norms.days', n))).toEqual(['every day', 'every 30 days'])
  expect([1, 3].map((n) => t('district.norms.notice', n))).toEqual(['1 day of notice', '3 days of notice'])
  expect([1, 3].map((n) => t('district.proposals.staleReasonHint', { count: n }).slice(0, 5))).toEqual(['One o', '3 of '])
  useLanguage('zh')
  expect([1, 30].map((n) => t('district.norms.days', n))).toEqual(['每天一次', '每 30 天一次'])
})

describe('a name', () => {
  const name = { zh: '东城社区', en: 'East community' }

  it('is in the language in force, else in the other', () => {
    useLanguage('zh')
    expect([nameIn(name), nameIn({ zh: '', en: 'East' })]).toEqual(['东城社区', 'East'])
    useLanguage('en')
    expect([nameIn(name), nameIn({ zh: '东城', en: '' })]).toEqual(['East community', '东城'])
  })

  it('is empty where none is proved', () => {
    expect([nameIn(null), nameIn(undefined)]).toEqual(['', ''])
  })
})
