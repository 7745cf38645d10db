import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'

import { busy } from '@/answer'
import { loadPage } from '@/load-page'
import { hasCome, loadAnew, unloaded } from '@/unloaded'

import { serverAnswers } from './answers'

vi.mock('@/load-page')

const View = { template: '<p />' }
let comes = true
let router: Router

beforeEach(async () => {
  comes = true
  router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/', component: View },
      { path: '/stock', component: () => (comes ? Promise.resolve(View) : Promise.reject(new TypeError('away'))) },
    ],
  })
  router.beforeEach(hasCome)
  await router.push('/')
})
afterEach(() => vi.unstubAllGlobals())

describe('a view', () => {
  it('is gone to once its code has come', async () => {
    await router.push('/stock')
    expect([router.currentRoute.value.path, unloaded.value]).toEqual(['/stock', null])
  })

  it('whose code does not come leaves the user where they are, and is remembered until one comes', async () => {
    comes = false
    await router.push('/stock?place=4201')
    expect([router.currentRoute.value.path, unloaded.value, busy.value]).toEqual(['/', '/stock?place=4201', 0])
    comes = true
    await router.push('/stock')
    expect([router.currentRoute.value.path, unloaded.value]).toEqual(['/stock', null])
  })
})

describe('the page is loaded anew', () => {
  beforeEach(() => void vi.mocked(loadPage).mockReset())

  it('at the address, once the server answers, whatever it says', async () => {
    for (const answer of [{ account: null }, () => ({ status: 503 })]) {
      serverAnswers({ 'GET /v1/sign-in': answer })
      expect(await loadAnew('/stock')).toBe(true)
      expect(loadPage).toHaveBeenLastCalledWith('/stock')
    }
  })

  it('not while the server is away', async () => {
    serverAnswers({ 'GET /v1/sign-in': () => new TypeError('away') })
    expect(await loadAnew('/stock')).toBe(false)
    expect(loadPage).not.toHaveBeenCalled()
  })
})
