import { openDB } from 'idb'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { acceptTrust, forgetTrust, restoreTrust, trusted } from '@/signing/trust/kept'
import { readTrustFile } from '@/signing/trust/trust'

import vectors from '../../vectors/trust.json'

const file = readTrustFile(new TextEncoder().encode(vectors.accepted.text))

/** What a later visit finds: this page's memory is gone, the browser's is not. */
function visitAgain(): Promise<unknown> {
  trusted.value = null
  return restoreTrust()
}

beforeEach(forgetTrust)

describe('a trust file that was accepted', () => {
  it('is there at the next visit', async () => {
    await acceptTrust(file)
    expect(trusted.value).toEqual(file.trust)
    expect(await visitAgain()).toEqual(file.trust)
  })

  it('is read strictly each time: what was changed in the browser is not trusted', async () => {
    await acceptTrust(file)
    const database = await openDB('shecang-trust', 1)
    await database.put('files', vectors.accepted.text.replace('"threshold":2', '"threshold":1'), 'accepted')
    database.close()
    expect(await visitAgain()).toBeNull()
  })

  it('is trusted no more once it is forgotten', async () => {
    await acceptTrust(file)
    await forgetTrust()
    expect(await visitAgain()).toBeNull()
  })

  it('is the one of all tabs, and in none once it is forgotten in one', async () => {
    const other = new BroadcastChannel('shecang-trust')
    const database = await openDB('shecang-trust', 1, { upgrade: (made) => void made.createObjectStore('files') })
    await database.put('files', vectors.accepted.text, 'accepted')
    other.postMessage('changed')
    await vi.waitFor(() => expect(trusted.value).toEqual(file.trust))
    await database.delete('files', 'accepted')
    other.postMessage('changed')
    await vi.waitFor(() => expect(trusted.value).toBeNull())
    other.close()
    database.close()
  })

  it('does not come back where it was forgotten while it was read', async () => {
    await acceptTrust(file)
    const visit = visitAgain()
    await forgetTrust()
    await visit
    expect(trusted.value).toBeNull()
  })

  it('is trusted for this visit where the browser keeps nothing', async () => {
    vi.stubGlobal('indexedDB', { open: () => { throw new DOMException('denied', 'SecurityError') } })
    await acceptTrust(file)
    expect(await restoreTrust()).toEqual(file.trust)
    expect(await visitAgain()).toBeNull()
    vi.unstubAllGlobals()
  })
})
