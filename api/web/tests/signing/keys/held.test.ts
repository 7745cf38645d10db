import { hexToBytes } from 'viem'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import * as keystoreFiles from '@/signing/keys/keystore'
import { held, holdWallet, lock, LONGEST_OPEN, openHeld, openWallet } from '@/signing/keys/held'
import { mayHoldKeys } from '@/signing/keys/place'
import type { Connected } from '@/signing/keys/wallet'
import { signOut } from '@/session'

import { servedFrom } from '../../served'
import keystores from '../../vectors/keystores.json'
import { WorkerHere, workersHere } from '../../workers'

const [demo, weak] = keystores as [(typeof keystores)[number], (typeof keystores)[number]]
const file = (text: string) => keystoreFiles.readKeystore(new TextEncoder().encode(text))
const openDemo = () => openHeld(file(demo.text), '')

beforeEach(workersHere)
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  lock()
})

describe('a key that is open', () => {
  it('signs, and is told with its address and its end', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_000 })
    const signer = await openDemo()
    expect(held.value).toMatchObject({ signer, isDemo: true, until: 1_000 + LONGEST_OPEN })
    expect(signer.address).toBe(demo.address)
    expect(await signer.text('a')).toMatch(/^0x[0-9a-f]{130}$/)
  })

  it('signs no more once it is locked, and its bytes are zeros', async () => {
    const key = hexToBytes(demo.key as `0x${string}`)
    vi.spyOn(keystoreFiles, 'openKeystore').mockResolvedValue(key)
    const signer = await openDemo()
    lock()
    expect(held.value).toBeNull()
    expect(key.every((each) => each === 0)).toBe(true)
    await expect(signer.text('a')).rejects.toMatchObject({ code: 'keys.refusals.locked' })
  })

  it('is locked after 15 minutes, by the timer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
    const opened = openDemo()
    await vi.advanceTimersByTimeAsync(100)
    await opened
    await vi.advanceTimersByTimeAsync(LONGEST_OPEN - 1_000)
    expect(held.value).not.toBeNull()
    await vi.advanceTimersByTimeAsync(1_001)
    expect(held.value).toBeNull()
  })

  it('is locked after 15 minutes where the machine slept and no timer ran', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const signer = await openDemo()
    vi.setSystemTime(Date.now() + LONGEST_OPEN)
    await expect(signer.text('a')).rejects.toMatchObject({ code: 'keys.refusals.locked' })
    expect(held.value).toBeNull()
  })

  it('is locked when the page is left', async () => {
    await openDemo()
    window.dispatchEvent(new Event('pagehide'))
    expect(held.value).toBeNull()
  })

  it('is locked on signing out, even where the server cannot be reached', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no network')))
    await openDemo()
    await expect(signOut()).rejects.toThrow()
    expect(held.value).toBeNull()
  })

  it('makes room for the next one, and stays where the next does not open', async () => {
    const first = await openDemo()
    await expect(openHeld(file(weak.text), 'another')).rejects.toMatchObject({ code: 'keys.refusals.passphraseWrong' })
    expect(held.value?.signer).toBe(first)
    await openHeld(file(weak.text), weak.passphrase)
    expect(held.value?.signer.address).toBe(weak.address)
    await expect(first.text('a')).rejects.toMatchObject({ code: 'keys.refusals.locked' })
    expect(held.value?.signer.address).toBe(weak.address)
  })

  it('is in no storage of the browser', async () => {
    await openDemo()
    const stored = JSON.stringify([{ ...localStorage }, { ...sessionStorage }, await indexedDB.databases()])
    expect(stored).not.toContain(demo.key.slice(2))
  })
})

describe('a key that is being opened', () => {
  it('does not open once somebody has signed out meanwhile', async () => {
    const opening = openDemo()
    lock() // as on signing out, and when the page is left
    await expect(opening).rejects.toMatchObject({ code: 'keys.refusals.locked' })
    expect(held.value).toBeNull()
  })

  it('does not open where it was given up after its passphrase was tried', async () => {
    const key = hexToBytes(demo.key as `0x${string}`)
    const giving = new AbortController()
    vi.spyOn(keystoreFiles, 'openKeystore').mockImplementation(async () => {
      giving.abort()
      return key
    })
    await expect(openHeld(file(demo.text), '', { signal: giving.signal })).rejects.toThrow()
    expect(held.value).toBeNull()
    expect(key.every((each) => each === 0)).toBe(true)
  })
})

describe('a wallet that is held', () => {
  it('does not open where somebody signed out before its owner agreed', async () => {
    const signer = await openDemo()
    const disconnect = vi.fn()
    let agree!: (connected: Connected) => void
    const opening = openWallet(new Promise((come) => (agree = come)))
    lock()
    agree({ signer: { ...signer, kind: 'wallet' }, disconnect })
    await expect(opening).rejects.toMatchObject({ code: 'keys.refusals.locked' })
    expect(held.value).toBeNull()
    expect(disconnect).toHaveBeenCalledOnce()
  })

  it('is disconnected when it is locked', async () => {
    const signer = await openDemo()
    const disconnect = vi.fn()
    holdWallet({ ...signer, kind: 'wallet' }, disconnect)
    lock()
    expect(disconnect).toHaveBeenCalledTimes(1)
  })
})

describe('where keys may be opened', () => {
  it.each([
    ['https:', 'ledger.example', true],
    ['http:', '127.0.0.1', true],
    ['http:', 'localhost', true],
    ['http:', '[::1]', true],
    ['http:', '192.168.1.20', false],
    ['http:', 'ledger.example', false],
    ['http:', 'localhost.example', false],
    ['http:', '127.0.0.1.example', false],
    ['file:', '', false],
  ])('%s//%s: %s', (protocol, hostname, may) => {
    expect(mayHoldKeys({ protocol, hostname })).toBe(may)
  })

  it('nothing is opened over plain HTTP from elsewhere', async () => {
    await servedFrom('http://ledger.example/keys', async () => {
      await expect(openDemo()).rejects.toMatchObject({ code: 'keys.refusals.plainHttp' })
      expect(WorkerHere.made).toHaveLength(0)
    })
  })
})
