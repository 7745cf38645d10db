import { mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'

import type { Schemas } from '@/api/client'
import { i18n, useLanguage } from '@/i18n'
import VerdictTable from '@/views/officer/VerdictTable.vue'

import { NOTHING, QUALIFICATION, qualificationOf, VALID, verdictOf } from './answers'

type Answers = Schemas['VerdictAnswers']

const REVOKED: Answers = { ...VALID, status: 'revoked', is_revoked: true }

function shown(then: Answers, now: Answers, props: Partial<InstanceType<typeof VerdictTable>['$props']> = {}): VueWrapper {
  return mount(VerdictTable, { props: { verdict: verdictOf(then, now), ...props }, global: { plugins: [i18n] } })
}

function cell(wrapper: VueWrapper, row: number, column: number): string {
  return wrapper.findAll('tbody tr')[row]?.findAll('td')[column]?.text().replace(/\s+/g, ' ') ?? ''
}

afterEach(() => useLanguage('zh'))

describe.each(['zh', 'en'] as const)('a verdict in %s', (language) => {
  const words = {
    zh: { revoked: '已撤销', breach: '违规', invalid: '无效', suspended: '已暂停' },
    en: { revoked: 'revoked', breach: 'breach of rules', invalid: 'invalid', suspended: 'suspended' },
  }[language]

  it('shows a revocation as revoked with its reason, red, and never as invalid', () => {
    useLanguage(language)
    const whole = qualificationOf({ now: { ...REVOKED, reason: 'breach-of-rules' } })
    const wrapper = shown(VALID, REVOKED, { qualifications: new Map([[QUALIFICATION, whole]]) })
    expect(cell(wrapper, 3, 2)).toContain(words.revoked)
    expect(cell(wrapper, 3, 2)).toContain(words.breach)
    expect(wrapper.text()).not.toContain(words.invalid)
    expect(wrapper.findAll('tbody tr')[3]?.findAll('.wrong')).toHaveLength(1)
  })

  it('shows then beside now, and says what differs', () => {
    useLanguage(language)
    const wrapper = shown(VALID, REVOKED)
    expect(wrapper.findAll('[data-status]').map((each) => each.attributes('data-status'))).toEqual(['valid', 'revoked'])
    expect(wrapper.findAll('.changed')).toHaveLength(1)
    expect(wrapper.findAll('tbody tr')[3]?.find('.changed').exists()).toBe(true)
  })

  it('shows nothing green where nothing is known', () => {
    useLanguage(language)
    const wrapper = shown(NOTHING, NOTHING)
    expect(wrapper.findAll('.right, .notice-right')).toHaveLength(0)
    expect(wrapper.findAll('tbody .doubt')).toHaveLength(10)
  })

  const wrongs: [string, Partial<Answers>, number][] = [
    ['issuer_not_accredited', { is_issuer_accredited: false }, 2],
    ['suspended', { is_suspended: true }, 3],
    ['revoked', { is_revoked: true }, 3],
    ['expired', { is_in_date: false, valid_until: '2026-09-01T16:00:00Z' }, 4],
    ['not_yet_valid', { is_in_date: false, valid_from: '2026-10-01T16:00:00Z' }, 4],
  ]
  it.each(wrongs)('shows %s red in its line alone', (status, changed, row) => {
    useLanguage(language)
    const answers = { ...VALID, ...changed, status: status as Answers['status'] }
    const wrapper = shown(answers, answers)
    const red = wrapper.findAll('tbody tr').map((each) => each.findAll('.wrong').length)
    expect(red).toEqual([0, 1, 2, 3, 4].map((each) => (each === row ? 2 : 0)))
    expect(wrapper.findAll('.notice-wrong')).toHaveLength(2)
  })

  it('has a sentence of its own for each wrong line', () => {
    useLanguage(language)
    const said = wrongs.map(([status, changed, row]) =>
      cell(shown({ ...VALID, ...changed, status: status as Answers['status'] }, VALID), row, 1),
    )
    expect(new Set(said).size).toBe(wrongs.length)
  })
})

describe('a verdict', () => {
  it('names the last day of a validity that ends with the day before', () => {
    useLanguage('en')
    const wrapper = shown({ ...VALID, status: 'expired', is_in_date: false, valid_until: '2026-09-01T16:00:00Z' }, VALID)
    expect(cell(wrapper, 4, 1)).toContain('1 Sept 2026')
  })
})
