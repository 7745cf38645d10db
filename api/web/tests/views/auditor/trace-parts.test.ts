import { mount } from '@vue/test-utils'
import { beforeEach, describe, expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'

import type { Schemas } from '@/api/client'
import { i18n, useLanguage } from '@/i18n'
import { routes } from '@/views/auditor/routes'
import FlowPicture from '@/views/auditor/trace/FlowPicture.vue'
import TraceParts from '@/views/auditor/trace/TraceParts.vue'

import { BLOCK, document, OTHER, SITE, traced } from './shapes'

const TRACE: Schemas['Trace'] = {
  subject: 'lot',
  id: 'a'.repeat(40),
  standing: null,
  entries: [
    traced({ from_site: SITE, to_site: OTHER, quantity: '100' }),
    traced({ kind: 'held', to_site: OTHER, quantity: '100', is_reversed: null }),
  ],
  entries_total: 2,
  documents: [],
  accounts: [],
  site_names: {},
  consignee_names: {},
  is_conserved: true,
  block: BLOCK,
}

function shown(trace: Schemas['Trace']) {
  const plugins = [i18n, createRouter({ history: createMemoryHistory(), routes })]
  return mount(TraceParts, { props: { trace }, global: { plugins, stubs: { FlowPicture: true } } })
}

beforeEach(() => useLanguage('en'))

describe('a trace', () => {
  it('says where goods are now, and draws how they went', () => {
    const view = shown(TRACE)
    expect(view.text()).toContain('Where it is now')
    expect(view.findComponent(FlowPicture).exists()).toBe(true)
    expect(view.text()).not.toContain('Shown are the first')
  })

  it('of which only a part is told does neither, and says so', () => {
    const documents = [document({ key: '1', kind: 'hold' }), document({ key: '2', kind: 'dispatch' })].map((each) => ({
      ...each,
      signers: [],
    }))
    const view = shown({ ...TRACE, entries_total: 5_001, documents })
    expect(view.find('h2').text()).not.toBe('Where it is now')
    expect(view.findComponent(FlowPicture).exists()).toBe(false)
    expect(view.get('.notice-doubt').text()).toContain('Shown are the first 2 of 5,001 entries. Where it is now')
    expect(view.findAll('tbody a').map((each) => each.attributes('href'))).toContain('/documents/1')
    expect(view.findAll('tbody a').map((each) => each.attributes('href'))).not.toContain('/documents/2')
  })
})
