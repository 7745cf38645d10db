import { hexToBytes, type Hex } from 'viem'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { get, setCsrf } from '@/api/client'
import { fileSigner } from '@/signing/keys/file-signer'
import {
  isSignedIn,
  loadSession,
  session,
  signInText,
  signInWithAccount,
  signInWithSigner,
  signOut,
  whenSignedOut,
} from '@/session'

import { late, problem, serverAnswers } from './answers'
import vectors from './vectors/signing.json'

const NOBODY = { account: null, divisions: [], scopes: [] }
const WARD = { account: 'ward', divisions: ['420102'], scopes: ['read'] }
const SIGNED_IN = { ...WARD, csrf_token: 'token-1', expires_at: '2026-11-29T15:00:00Z' }
const NONCE = {
  nonce: vectors.signIn.nonce,
  domain: 'elsewhere.example',
  chain_id: 20200123,
  expires_at: '2026-11-29T07:05:00Z',
}
const signer = fileSigner((work) => work(hexToBytes(vectors.key as Hex)))

beforeEach(() => {
  localStorage.clear()
  Object.assign(session, { who: null, isOver: false })
  setCsrf(null)
  vi.useRealTimers()
})

describe('signing in', () => {
  it('by an account sends its key once and keeps it nowhere', async () => {
    const asked = serverAnswers({ 'POST /v1/sign-in': SIGNED_IN })
    await signInWithAccount('  shecang_secret\n')
    expect(asked[0]?.body).toEqual({ key: 'shecang_secret' })
    expect(session.who).toEqual(WARD)
    expect(JSON.stringify({ ...localStorage })).not.toContain('shecang_secret')
  })

  it('by a key signs a text about this very server, whatever it says of itself', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_780_000_000_000 })
    const asked = serverAnswers({ 'GET /v1/sign-in/nonce': NONCE, 'POST /v1/sign-in': SIGNED_IN })
    await signInWithSigner(signer)
    const { message, signature } = asked[1]?.body
    expect(message.split('\n')[0]).toBe(`${location.host} wants you to sign in with your Ethereum account:`)
    expect(message).toContain(`\nURI: ${location.origin}\n`)
    expect(message).not.toContain('elsewhere')
    expect(message).toContain('Issued At: 2026-05-28T20:26:40Z\nExpiration Time: 2026-05-29T04:26:40Z')
    expect(signature).toBe(await signer.text(message))
    expect(isSignedIn()).toBe(true)
  })

  it('writes the text exactly as the client does', () => {
    expect(signInText({ ...vectors.signIn, address: vectors.address })).toBe(vectors.signIn.text)
  })

  it('signs nothing where a nonce would put lines of its own into the text', async () => {
    const asked = serverAnswers({ 'GET /v1/sign-in/nonce': { ...NONCE, nonce: 'abcdefgh\nResources:' } })
    await expect(signInWithSigner(signer)).rejects.toMatchObject({ code: 'signIn.nonceWrong' })
    expect(asked).toHaveLength(1)
  })

  it('says why the server refuses, and nobody is signed in', async () => {
    serverAnswers({ 'POST /v1/sign-in': () => ({ status: 401, body: problem(401, 'x', 'no such key') }) })
    await expect(signInWithAccount('x')).rejects.toMatchObject({ status: 401, detail: 'no such key' })
    expect(isSignedIn()).toBe(false)
  })
})

describe('the second token', () => {
  it('goes with what changes something, also after the page was loaded anew', async () => {
    const asked = serverAnswers({
      'POST /v1/sign-in': SIGNED_IN,
      'GET /v1/sign-in': WARD,
      'DELETE /v1/sign-in': () => ({ status: 204 }),
    })
    await signInWithAccount('x')
    await loadSession()
    await signOut()
    expect(asked.map((each) => [each.method, each.headers.get('x-csrf-token')])).toEqual([
      ['POST', null],
      ['GET', null],
      ['DELETE', 'token-1'],
    ])
    expect(localStorage).toHaveLength(0)
    expect(isSignedIn()).toBe(false)
  })

  it('is that of another tab once somebody signed in there', async () => {
    const asked = serverAnswers({ 'GET /v1/sign-in': WARD, 'DELETE /v1/sign-in': () => ({ status: 204 }) })
    localStorage.setItem('shecang.csrf', 'token-2')
    window.dispatchEvent(new StorageEvent('storage', { key: 'shecang.csrf', newValue: 'token-2' }))
    await vi.waitFor(() => expect(session.who).toEqual(WARD))
    await signOut()
    expect(asked.at(-1)?.headers.get('x-csrf-token')).toBe('token-2')
  })
})

describe('signing out', () => {
  it('is over too where the server knows the session no more', async () => {
    serverAnswers({ 'POST /v1/sign-in': SIGNED_IN, 'DELETE /v1/sign-in': () => ({ status: 401 }) })
    await signInWithAccount('x')
    await signOut()
    expect(isSignedIn()).toBe(false)
  })

  it('in another tab locks here too, and signing in there does not', async () => {
    serverAnswers({ 'GET /v1/sign-in': NOBODY })
    const end = vi.fn()
    whenSignedOut(end)
    window.dispatchEvent(new StorageEvent('storage', { key: 'shecang.csrf', newValue: 'token-2' }))
    window.dispatchEvent(new StorageEvent('storage', { key: 'another', newValue: null }))
    expect(end).not.toHaveBeenCalled()
    session.who = WARD
    window.dispatchEvent(new StorageEvent('storage', { key: 'shecang.csrf', newValue: null }))
    expect(end).toHaveBeenCalledTimes(1)
    expect(session.who).toBeNull()
  })

  it('is not over where the server was not reached', async () => {
    serverAnswers({ 'POST /v1/sign-in': SIGNED_IN, 'DELETE /v1/sign-in': () => new TypeError('offline') })
    await signInWithAccount('x')
    await expect(signOut()).rejects.toThrow()
    expect(isSignedIn()).toBe(true)
  })
})

describe('a session that is over', () => {
  const over = () => ({ status: 401 })

  it('is noticed by whatever is refused for it', async () => {
    serverAnswers({ 'POST /v1/sign-in': SIGNED_IN })
    await signInWithAccount('x')
    const asked = serverAnswers({ 'GET /v1/lots': over, 'GET /v1/sites': over, 'GET /v1/sign-in': NOBODY })
    await Promise.allSettled([get('/v1/lots'), get('/v1/sites')])
    await vi.waitFor(() => expect(isSignedIn()).toBe(false))
    expect(asked.filter((each) => each.path === '/v1/sign-in')).toHaveLength(1)
    await expect(get('/v1/lots')).rejects.toMatchObject({ status: 401 })
    expect(asked.filter((each) => each.path === '/v1/sign-in')).toHaveLength(1) // nobody's session is not over
  })

  it('is asked about once, also where that is refused itself', async () => {
    serverAnswers({ 'POST /v1/sign-in': SIGNED_IN })
    await signInWithAccount('x')
    const asked = serverAnswers({ 'GET /v1/lots': over, 'GET /v1/sign-in': over })
    await expect(get('/v1/lots')).rejects.toMatchObject({ status: 401 })
    await vi.waitFor(() => expect(isSignedIn()).toBe(false))
    expect(asked.map((each) => each.path)).toEqual(['/v1/lots', '/v1/sign-in'])
  })

  it('is not over because the server cannot say just now', async () => {
    serverAnswers({ 'POST /v1/sign-in': SIGNED_IN })
    await signInWithAccount('x')
    for (const status of [429, 500, 503]) {
      serverAnswers({ 'GET /v1/sign-in': () => ({ status }) })
      await loadSession()
      expect(isSignedIn()).toBe(true)
    }
  })

  it('does not end the one that began while it was asked about', async () => {
    serverAnswers({ 'POST /v1/sign-in': SIGNED_IN })
    const signIn = globalThis.fetch
    const who = late()
    vi.stubGlobal('fetch', (path: string, options: RequestInit) =>
      options.method === 'GET' ? who.answer : signIn(path, options),
    )
    const loading = loadSession()
    await signInWithAccount('x')
    who.resolve(NOBODY)
    await loading
    expect([session.who, isSignedIn()]).toEqual([WARD, true])
  })

  it('leaves what was being done where it is, and begins again by signing in', async () => {
    serverAnswers({ 'POST /v1/sign-in': SIGNED_IN, 'GET /v1/sign-in': NOBODY })
    await signInWithAccount('x')
    await loadSession()
    expect([session.who, isSignedIn()]).toEqual([WARD, false])
    await signInWithAccount('x')
    expect(isSignedIn()).toBe(true)
  })
})

it('nobody is known where the server says so, refuses, or is away', async () => {
  for (const answer of [NOBODY, () => ({ status: 401 }), () => new TypeError('offline')]) {
    serverAnswers({ 'GET /v1/sign-in': answer })
    await loadSession()
    expect(isSignedIn()).toBe(false)
  }
})
