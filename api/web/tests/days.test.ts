import { describe, expect, it } from 'vitest'

import { dayAfter, isDay, readDay } from '@/days'
import { date } from '@/format'
import { useLanguage } from '@/i18n'

const DAY = { is: 'day', day: '2026-11-29' }

describe('a day', () => {
  it('is one of the calendar', () => {
    expect(['2026-02-28', '2028-02-29'].every(isDay)).toBe(true)
    expect(['2026-02-29', '2026-02-30', '2026-13-01', '2026-9-1', '0026-11-29', 'x', '', null].some(isDay)).toBe(false)
  })

  it('is so many days after another', () => {
    expect(dayAfter('2026-12-31', 1)).toBe('2027-01-01')
    expect(dayAfter('2028-03-01', -1)).toBe('2028-02-29')
  })
})

describe('a day as it is written', () => {
  it.each([
    ['2026-11-29'],
    ['20261129'],
    [' 2026/11/29 '],
    ['2026.11.29'],
    ['2026年11月29日'],
    ['2026 年 11 月 29 日'],
    ['29 Nov 2026'],
    ['29 november 2026'],
    ['２０２６－１１－２９'],
    ['２０２６１１２９'],
  ])('is read from %j', (written) => expect(readDay(written)).toEqual(DAY))

  it('has days and months of one figure, too', () => {
    for (const written of ['2026-1-5', '2026年1月5日', '5 Jan 2026'])
      expect(readDay(written)).toEqual({ is: 'day', day: '2026-01-05' })
  })

  it('is read as the page itself writes it, in both languages, all year round', () => {
    for (const language of ['zh', 'en'] as const) {
      useLanguage(language)
      for (let day = '2028-01-01'; day < '2029-01-01'; day = dayAfter(day, 1)) {
        expect(readDay(date(day))).toEqual({ is: 'day', day })
      }
    }
  })

  it('is no other day where there is none', () => {
    for (const written of ['2026-02-30', '20260230', '2026年13月1日', '31 Sept 2026', '2026-00-10'])
      expect(readDay(written)).toEqual({ is: 'noSuch' })
  })

  it('is not guessed', () => {
    const written = ['11/12/2026', '26-11-29', '2026-11', '2026-1129', '202611299', '29 Foo 2026', '29 ju 2026']
    for (const each of [...written, '00261129', 'tomorrow', '2026-11-29T00:00', '-', ''])
      expect(readDay(each)).toEqual({ is: 'unread' })
  })
})
