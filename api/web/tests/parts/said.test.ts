import { mount } from '@vue/test-utils'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Component } from 'vue'

import { i18n, useLanguage } from '@/i18n'
import FactList from '@/parts/FactList.vue'
import NameOf from '@/parts/NameOf.vue'
import PageTitle from '@/parts/PageTitle.vue'
import ProofMark from '@/parts/ProofMark.vue'

import { violations } from '../axe'

const show = (part: Component, props: object) => mount(part, { props, global: { plugins: [i18n] } })
const NAME = { zh: '东城社区', en: 'East community' }

beforeEach(() => useLanguage('en'))

describe('a name', () => {
  it('stands alone, or beside its code', () => {
    expect(show(NameOf, { name: NAME, code: '4201' }).text()).toBe('East community')
    expect(show(NameOf, { name: NAME, code: '4201', withCode: true }).text()).toBe('East community 4201')
    useLanguage('zh')
    expect(show(NameOf, { name: NAME, code: '4201' }).text()).toBe('东城社区')
  })

  it.each([null, undefined, { zh: '', en: '' }])('is the code where %s is proved', (name) => {
    const view = show(NameOf, { name, code: '4201', withCode: true })
    expect([view.text(), view.element.tagName]).toEqual(['4201', 'CODE'])
  })
})

describe('the title of a view', () => {
  it('takes the focus, and says up to which block it holds', () => {
    const block = { number: 12_345, time: '2026-09-05T04:00:00Z' }
    const view = show(PageTitle, { title: 'Stock', about: 'What lies there', block })
    expect(view.find('h1').attributes('tabindex')).toBe('-1')
    expect(view.text()).toContain('Up to block 12,345 of 5 Sept 2026, 12:00')
  })

  it('says no block where there is none yet', () => {
    expect(show(PageTitle, { title: 'Stock', block: null }).text()).toBe('Stock')
  })
})

it.each(['matched', 'pending', 'mismatch', 'not_checked'] as const)('a proof that is %s says so in words', (state) => {
  const view = show(ProofMark, { state })
  expect(view.text()).toBe(i18n.global.t(`common.proof.${state}`))
  expect(view.find('svg').exists()).toBe(true)
  expect(view.attributes('title')).toBe(i18n.global.t(`common.proof.${state}Long`))
})

it('facts stand by their names', async () => {
  const view = show(FactList, { facts: [{ label: 'Site', value: 'East' }, { label: 'Level', value: 'city' }] })
  expect(view.findAll('dt, dd').map((each) => each.text())).toEqual(['Site', 'East', 'Level', 'city'])
  document.body.append(view.element)
  expect(await violations(document.body)).toEqual([])
})
