import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  {
    path: '/stock',
    name: 'stock',
    component: () => import('./stock/StockView.vue'),
    meta: { title: 'auditor.stock.title' },
  },
  {
    path: '/stock/sites/:site',
    name: 'site',
    component: () => import('./site/SiteView.vue'),
    meta: { title: 'auditor.site.title' },
  },
  {
    path: '/documents/:key',
    name: 'document',
    component: () => import('./document/DocumentView.vue'),
    meta: { title: 'auditor.document.title' },
  },
  {
    path: '/books',
    name: 'books',
    component: () => import('./books/BooksView.vue'),
    meta: { title: 'auditor.books.title' },
  },
  {
    path: '/trace',
    name: 'trace-start',
    component: () => import('./trace/TraceStart.vue'),
    meta: { title: 'auditor.trace.title' },
  },
  {
    path: '/trace/:kind/:id',
    name: 'trace',
    component: () => import('./trace/TraceView.vue'),
    meta: { title: 'auditor.trace.title' },
  },
  {
    path: '/audit',
    name: 'audit',
    component: () => import('./audit/AuditView.vue'),
    meta: { title: 'auditor.audit.title' },
  },
]
