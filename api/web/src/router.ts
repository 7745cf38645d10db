/** Every view of the page; each comes when it is asked for. */
import { createRouter, createWebHistory } from 'vue-router'

import { routes as auditor } from '@/views/auditor/routes'
import { routes as district } from '@/views/district/routes'
import { routes as home } from '@/views/home/routes'
import { routes as keeper } from '@/views/keeper/routes'
import { routes as keys } from '@/views/keys/routes'
import { routes as officer } from '@/views/officer/routes'
import { routes as signIn } from '@/views/sign-in/routes'

import { sessionKnown } from './session'

declare module 'vue-router' {
  interface RouteMeta {
    /** Key of the view's title in the words. */
    title: string
  }
}

export const router = createRouter({
  history: createWebHistory(),
  scrollBehavior: (to, _from, saved) => saved ?? (to.hash ? { el: to.hash } : { top: 0 }),
  routes: [
    ...home,
    ...officer,
    ...auditor,
    ...keeper,
    ...district,
    ...keys,
    ...signIn,
    {
      path: '/:rest(.*)*',
      name: 'not-found',
      component: () => import('@/views/NotFound.vue'),
      meta: { title: 'common.notFound' },
    },
  ],
})

router.beforeEach(async () => {
  await sessionKnown()
})
