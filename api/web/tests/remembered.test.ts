import { afterEach, describe, expect, it, vi } from 'vitest'

import { remember, remembered } from '@/remembered'

import { serverAnswers } from './answers'

const blocked = {
  get length(): number {
    throw new DOMException('blocked', 'SecurityError')
  },
  getItem: () => {
    throw new DOMException('blocked', 'SecurityError')
  },
  setItem: () => {
    throw new DOMException('full', 'QuotaExceededError')
  },
  removeItem: () => {
    throw new DOMException('blocked', 'SecurityError')
  },
}

afterEach(() => {
  vi.unstubAllGlobals()
  vi.resetModules()
  localStorage.clear()
})

it('a choice is remembered until it is forgotten', () => {
  expect(remembered('x')).toBeNull()
  remember('x', 'y')
  expect(remembered('x')).toBe('y')
  remember('x', null)
  expect(localStorage).toHaveLength(0)
})

describe('a browser that keeps nothing', () => {
  it('shows the page all the same, in the language that is chosen', async () => {
    vi.stubGlobal('localStorage', blocked)
    const { language, useLanguage } = await import('@/i18n')
    useLanguage('en')
    expect(language()).toBe('en')
    useLanguage('zh')
    expect(language()).toBe('zh')
  })

  it('knows who signed in, and where a keeper works, as long as the page is open', async () => {
    vi.stubGlobal('localStorage', blocked)
    const asked = serverAnswers({
      'GET /v1/sign-in': { account: '0xa1', divisions: [], scopes: [] },
      'DELETE /v1/sign-in': () => ({ status: 204 }),
      'POST /v1/sign-in': { account: '0xa1', divisions: [], scopes: [], csrf_token: 't', expires_at: '' },
    })
    const { signInWithAccount, isSignedIn, loadSession, signOut } = await import('@/session')
    const { mySite } = await import('@/views/keeper/my-site')
    await signInWithAccount('x')
    mySite().value = '420102001002101'
    expect([isSignedIn(), mySite().value]).toEqual([true, '420102001002101'])
    await loadSession()
    await signOut()
    expect(asked.at(-1)?.headers.get('x-csrf-token')).toBe('t')
  })
})
