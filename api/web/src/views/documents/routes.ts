/** A single document, to which every area leads. */
import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  {
    path: '/documents/:key',
    name: 'document',
    component: () => import('./DocumentView.vue'),
    props: (route) => ({ documentKey: String(route.params.key) }),
    meta: { title: 'documents.title' },
  },
]
