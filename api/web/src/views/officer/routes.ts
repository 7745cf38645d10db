import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  {
    path: '/suppliers',
    name: 'suppliers',
    component: () => import('./SuppliersView.vue'),
    meta: { title: 'officer.title' },
  },
  {
    path: '/suppliers/:id',
    name: 'supplier',
    component: () => import('./SupplierView.vue'),
    meta: { title: 'officer.supplier' },
  },
]
