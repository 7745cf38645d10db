import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  {
    path: '/',
    name: 'home',
    component: () => import('./HomeView.vue'),
    meta: { title: 'home.title' },
  },
  {
    path: '/verdict',
    name: 'verdict',
    component: () => import('./VerdictView.vue'),
    meta: { title: 'home.verdict.title' },
  },
  {
    path: '/totals',
    name: 'totals',
    component: () => import('./TotalsView.vue'),
    meta: { title: 'home.totals.title' },
  },
  {
    path: '/verify',
    name: 'verify',
    component: () => import('./VerifyView.vue'),
    meta: { title: 'home.verify.title' },
  },
  {
    path: '/search',
    name: 'search',
    component: () => import('./SearchView.vue'),
    meta: { title: 'home.search.title' },
  },
]
