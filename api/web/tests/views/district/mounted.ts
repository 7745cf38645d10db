/** Views of the district as a browser shows them, and rows in the shapes of the description. */
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import type { Component } from 'vue'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'

import type { Schemas } from '@/api/client'
import { i18n } from '@/i18n'
import { routes } from '@/views/district/routes'

import { SITE } from '../auditor/shapes'

const shown: VueWrapper[] = []

/** A view at an address, with whatever it needs around it. */
export async function mounted(
  view: Component,
  props: object = {},
  path = '/district',
): Promise<{ view: VueWrapper; router: Router }> {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [...routes, { path: '/:elsewhere(.*)', component: { template: '' } }],
  })
  await router.push(path)
  const wrapper = mount(view, { props, global: { plugins: [i18n, router] }, attachTo: document.body })
  shown.push(wrapper)
  await settled()
  return { view: wrapper, router }
}

/** Leave what was shown, and what the browser remembers of it. */
export function leave(): void {
  for (const each of shown.splice(0)) each.unmount()
  localStorage.clear()
}

/** Let every answer come that waits for nothing but itself. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) await flushPromises()
}

/** Press a button, or all that belongs to it. */
export async function press(view: VueWrapper, text: string): Promise<void> {
  const found = view.findAll('button').find((each) => each.text() === text)
  if (!found) throw new Error(`no button "${text}" in: ${view.text()}`)
  await found.trigger('click')
  await settled()
}

export const textOf = (view: Pick<VueWrapper, 'text'>): string => view.text().replace(/\s+/g, ' ')

export function proposal(of: Partial<Schemas['ProposalRow']> = {}): Schemas['ProposalRow'] {
  return {
    key: '07000000000000000000000000000000000000000000000000000000000005',
    request: '01'.repeat(31),
    giver: SITE,
    giver_name: { zh: '东城社区', en: 'East community' },
    receiver: '420102001002301',
    receiver_name: { zh: '西城社区', en: 'West community' },
    item: '299010110001',
    item_name: { zh: '医用外科口罩', en: 'Surgical masks' },
    unit: 'XBX',
    quantity: '300',
    remaining: '300',
    left: '12',
    anchor: null,
    state: 'proposed',
    is_over: false,
    waits_for: 'approver',
    levels: ['420102'],
    next_level: null,
    giver_is_stale: false,
    is_emergency: false,
    approved_in_emergency: null,
    needed_by: '2026-12-01T00:00:00Z',
    made_at: '2026-11-28T00:00:00Z',
    ...of,
  }
}
