/** A part of a keeper's page as a browser shows it: with words, routes and a main content. */
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import type { Component } from 'vue'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'

import { i18n } from '@/i18n'
import { routes } from '@/views/keeper/routes'

export interface Shown {
  readonly view: VueWrapper
  readonly router: Router
}

/** Show a part at an address, until what it asks for has come. */
export async function show(part: Component, props: object = {}, at = '/keeper'): Promise<Shown> {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      ...routes,
      { path: '/site/:site', name: 'site', component: { template: '<div />' } },
      { path: '/:rest(.*)*', component: { template: '<div />' } },
    ],
  })
  await router.push(at)
  const main = document.createElement('main')
  document.body.append(main)
  const view = mount(part, { props: props as Record<string, unknown>, global: { plugins: [i18n, router] }, attachTo: main })
  await flushPromises()
  return { view, router }
}

