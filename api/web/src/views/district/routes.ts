/** The district office, part by part. */
import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  {
    path: '/district',
    name: 'district',
    component: () => import('./DistrictView.vue'),
    meta: { title: 'district.title' },
  },
  {
    path: '/district/requests',
    name: 'district-requests',
    component: () => import('./RequestsView.vue'),
    meta: { title: 'district.requests.title' },
  },
  {
    path: '/district/requests/:key',
    name: 'district-request',
    component: () => import('./RequestView.vue'),
    props: (route) => ({ requestKey: String(route.params.key) }),
    meta: { title: 'district.request.title' },
  },
  {
    path: '/district/proposals',
    name: 'district-proposals',
    component: () => import('./ProposalsView.vue'),
    meta: { title: 'district.proposals.title' },
  },
  {
    path: '/district/proposals/:key',
    name: 'district-proposal',
    component: () => import('./ProposalView.vue'),
    props: (route) => ({ proposalKey: String(route.params.key) }),
    meta: { title: 'district.proposals.title1' },
  },
  {
    path: '/district/plan',
    name: 'district-plan',
    component: () => import('./PlanView.vue'),
    meta: { title: 'district.plan.title' },
  },
  {
    path: '/district/gaps',
    name: 'district-gaps',
    component: () => import('./GapsView.vue'),
    meta: { title: 'district.gaps.title' },
  },
  {
    path: '/district/stale',
    name: 'district-stale',
    component: () => import('./StaleView.vue'),
    meta: { title: 'district.stale.title' },
  },
  {
    path: '/district/emergency',
    name: 'district-emergency',
    component: () => import('./EmergencyView.vue'),
    meta: { title: 'district.emergency.title' },
  },
  {
    path: '/district/norms',
    name: 'district-norms',
    component: () => import('./NormsView.vue'),
    meta: { title: 'district.norms.title' },
  },
]
