import type { RouteRecordRaw } from 'vue-router'

const byKey = ({ params }: { params: Record<string, string | string[]> }): { keyOf: string } => ({
  keyOf: String(params.key),
})

export const routes: RouteRecordRaw[] = [
  {
    path: '/keeper',
    name: 'keeper',
    component: () => import('./KeeperHome.vue'),
    meta: { title: 'keeper.home.title' },
  },
  {
    path: '/keeper/receive',
    name: 'keeper-receive',
    component: () => import('./ReceiveView.vue'),
    meta: { title: 'keeper.forms.receive' },
  },
  {
    path: '/keeper/issue',
    name: 'keeper-issue',
    component: () => import('./IssueView.vue'),
    meta: { title: 'keeper.forms.issue' },
  },
  {
    path: '/keeper/hand-over',
    name: 'keeper-hand-over',
    component: () => import('./GiveView.vue'),
    props: { kind: 'hand-over' },
    meta: { title: 'keeper.forms.handOver' },
  },
  {
    path: '/keeper/dispatch',
    name: 'keeper-dispatch',
    component: () => import('./GiveView.vue'),
    props: { kind: 'dispatch' },
    meta: { title: 'keeper.forms.dispatch' },
  },
  {
    path: '/keeper/accept/:key([0-9a-f]{62})',
    name: 'keeper-accept',
    component: () => import('./AcceptView.vue'),
    props: byKey,
    meta: { title: 'keeper.forms.accept' },
  },
  {
    path: '/keeper/return/:key([0-9a-f]{62})',
    name: 'keeper-return',
    component: () => import('./ReturnView.vue'),
    props: byKey,
    meta: { title: 'keeper.forms.return' },
  },
  {
    path: '/keeper/count',
    name: 'keeper-count',
    component: () => import('./CountView.vue'),
    meta: { title: 'keeper.forms.count' },
  },
  {
    path: '/keeper/write-off',
    name: 'keeper-write-off',
    component: () => import('./WriteOffView.vue'),
    meta: { title: 'keeper.forms.writeOff' },
  },
  {
    path: '/keeper/ask',
    name: 'keeper-ask',
    component: () => import('./AskView.vue'),
    meta: { title: 'keeper.asking.title' },
  },
  {
    path: '/keeper/requests',
    name: 'keeper-requests',
    component: () => import('./RequestsView.vue'),
    meta: { title: 'keeper.asking.requests' },
  },
  {
    path: '/inbox',
    name: 'inbox',
    component: () => import('./InboxView.vue'),
    meta: { title: 'keeper.asking.inbox' },
  },
]
