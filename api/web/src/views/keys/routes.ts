import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/keys', name: 'keys', component: () => import('./KeysView.vue'), meta: { title: 'keys.title' } },
]
