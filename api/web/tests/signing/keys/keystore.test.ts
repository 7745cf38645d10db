import { beforeEach, describe, expect, it, vi } from 'vitest'

import { deriveInWorker } from '@/signing/keys/deriving'
import { KEYSTORE_LIMIT, openKeystore, readKeystore } from '@/signing/keys/keystore'
import { fileNameOf, makeKey, sealKey } from '@/signing/keys/make'
import { hexToBytes, bytesToHex, type Hex } from 'viem'

import keystores from '../../vectors/keystores.json'
import { WorkerHere, workersHere } from '../../workers'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const [demo, weak, pbkdf2] = keystores as [Vector, Vector, Vector]
type Vector = (typeof keystores)[number]

async function open(text: string, passphrase: string): Promise<Uint8Array> {
  const keystore = readKeystore(bytes(text))
  return openKeystore(keystore, await deriveInWorker(keystore.derivation, passphrase))
}

/** The text of a key file with members changed, by their path. */
function changed(path: string, value: unknown, text = weak.text): string {
  const file = JSON.parse(text)
  const names = path.split('.')
  const last = names.pop() as string
  const holder = names.reduce((found, name) => found[name], file)
  if (value === undefined) delete holder[last]
  else holder[last] = value
  return JSON.stringify(file)
}

beforeEach(workersHere)

describe('a key file of the commands or of eth-account', () => {
  it.each(keystores)('opens: $name', async (vector) => {
    const keystore = readKeystore(bytes(vector.text))
    expect(keystore).toMatchObject({ address: vector.address, isDemo: vector.isDemo })
    expect(bytesToHex(await open(vector.text, vector.passphrase))).toBe(vector.key)
  })

  it('does not open with another passphrase', async () => {
    await expect(open(weak.text, 'another')).rejects.toMatchObject({ code: 'keys.refusals.passphraseWrong' })
    await expect(open(demo.text, ' ')).rejects.toMatchObject({ code: 'keys.refusals.passphraseWrong' })
  })

  it('zeroes what was derived, whether it opens or not', async () => {
    for (const passphrase of [weak.passphrase, 'another']) {
      const keystore = readKeystore(bytes(weak.text))
      const derived = await deriveInWorker(keystore.derivation, passphrase)
      await openKeystore(keystore, derived).catch(() => undefined)
      expect(derived.every((each) => each === 0)).toBe(true)
    }
  })

  it('is a demo key where its mark was removed and it is cheap to open', () => {
    expect(readKeystore(bytes(changed('shecang', undefined, demo.text))).isDemo).toBe(true)
  })
})

describe('a file that is no key file', () => {
  it('is refused by its size, before it is parsed', () => {
    const long = `${weak.text}${' '.repeat(KEYSTORE_LIMIT)}`
    expect(() => readKeystore(bytes(long))).toThrowError('keys.refusals.keystoreTooLarge')
  })

  it.each([
    ['not JSON', '{'],
    ['not UTF-8', '\ud800'],
    ['a list', '[]'],
    ['deep', '['.repeat(16_000)],
    ['another version', changed('version', 4)],
    ['no address', changed('address', undefined)],
    ['no crypto', changed('crypto', null)],
    ['another cipher', changed('crypto.cipher', 'aes-256-gcm')],
    ['another derivation', changed('crypto.kdf', 'argon2id')],
    ['a short vector', changed('crypto.cipherparams.iv', '00')],
    ['a short text', changed('crypto.ciphertext', '00')],
    ['a long text', changed('crypto.ciphertext', '00'.repeat(33))],
    ['no MAC', changed('crypto.mac', '')],
    ['another length', changed('crypto.kdfparams.dklen', 64)],
    ['no power of 2', changed('crypto.kdfparams.n', 1000)],
    ['n of 1', changed('crypto.kdfparams.n', 1)],
    ['n that is no number', changed('crypto.kdfparams.n', '1024')],
    ['n below 0', changed('crypto.kdfparams.n', -1024)],
    ['r of 0', changed('crypto.kdfparams.r', 0)],
    ['another hash', changed('crypto.kdfparams.prf', 'hmac-sha1', pbkdf2.text)],
  ])('is refused: %s', (_, text) => {
    expect(() => readKeystore(bytes(text))).toThrowError('keys.refusals.keystoreOther')
  })

  it.each([
    ['memory', changed('crypto.kdfparams.n', 1 << 19)],
    ['wide blocks', changed('crypto.kdfparams.r', 1 << 20)],
    ['work', changed('crypto.kdfparams.p', 1 << 20)],
    ['memory beside that of N', changed('crypto.kdfparams.n', 2, changed('crypto.kdfparams.p', 1 << 19))],
    ['rounds', changed('crypto.kdfparams.c', 1e9, pbkdf2.text)],
  ])('is refused before it is computed where it would cost too much: %s', (_, text) => {
    expect(() => readKeystore(bytes(text))).toThrowError('keys.refusals.keystoreTooCostly')
    expect(WorkerHere.made).toHaveLength(0)
  })

  it('is refused where its key belongs to another address', async () => {
    const text = changed('address', demo.address.slice(2).toLowerCase())
    await expect(open(text, weak.passphrase)).rejects.toMatchObject({ code: 'keys.refusals.keystoreOther' })
  })

  it('opens for no passphrase where one digit of it was changed', async () => {
    for (const member of ['crypto.ciphertext', 'crypto.mac', 'crypto.kdfparams.salt']) {
      const [holder, name, last] = member.split('.') as [string, string, string?]
      const text: string = last ? JSON.parse(weak.text)[holder][name][last] : JSON.parse(weak.text)[holder][name]
      const other = (text[0] === '0' ? '1' : '0') + text.slice(1)
      await expect(open(changed(member, other), weak.passphrase)).rejects.toMatchObject({
        code: 'keys.refusals.passphraseWrong',
      })
    }
  })
})

describe('deriving', () => {
  const { derivation } = readKeystore(bytes(weak.text))

  it('tells how far it is', async () => {
    const told: number[] = []
    await deriveInWorker(derivation, 'x', { onProgress: (progress) => told.push(progress) })
    expect(told.length).toBeGreaterThan(1)
    expect(told.at(-1)).toBe(1)
    expect([...told].sort((one, two) => one - two)).toEqual(told)
  })

  it('is given up at once, and its worker ended', async () => {
    const given = new AbortController()
    const derived = deriveInWorker(derivation, 'x', { signal: given.signal })
    given.abort()
    await expect(derived).rejects.toMatchObject({ name: 'AbortError' })
    expect(WorkerHere.made[0]?.isEnded).toBe(true)
  })

  it('says so where the worker fails', async () => {
    const derived = deriveInWorker(derivation, 'x')
    WorkerHere.made[0]?.onerror?.()
    await expect(derived).rejects.toMatchObject({ code: 'keys.refusals.derivingFailed' })
  })
})

describe('a key file that the page makes', () => {
  const scrypt = { n: 4096, r: 8, p: 1 }
  const salts = {
    salt: new Uint8Array(32).fill(7),
    iv: new Uint8Array(16).fill(9),
    id: 'e0ee1d1d-7e8b-4f4c-9c56-000000000001',
  }
  const key = hexToBytes('0x00000000000000000000000000000000000000000000000000000000000a11ce')
  const vector = keystores.find((each) => each.name === 'made by the page') as Vector

  it('is the one that the client opens', async () => {
    const made = await sealKey(key, vector.passphrase, scrypt, salts)
    expect(made.text).toBe(vector.text)
    expect(made.keystore.address).toBe(vector.address)
    expect(bytesToHex(key)).toBe(vector.key as Hex)
  })

  it('is another one each time, and dear to open', { timeout: 120_000 }, async () => {
    const { text, keystore } = await makeKey('four words of mine')
    expect(keystore.isDemo).toBe(false)
    expect(keystore.derivation).toMatchObject({ kdf: 'scrypt', n: 262_144, r: 8, p: 1 })
    expect(fileNameOf(keystore)).toBe(`key-${keystore.address.slice(2, 10).toLowerCase()}.json`)
    const { crypto } = JSON.parse(text)
    const random = [crypto.ciphertext, crypto.cipherparams.iv, crypto.kdfparams.salt]
    expect(random.every((each) => !/^(..)\1+$/.test(each))).toBe(true)
  })

  it('was opened again before it is handed out', async () => {
    await sealKey(key, 'twice', scrypt, salts)
    expect(WorkerHere.made).toHaveLength(2)
  })

  it('leaves no copy of the key, nor of what it was sealed with', async () => {
    const given: Uint8Array[] = []
    const { subtle } = crypto
    const encrypt = subtle.encrypt.bind(subtle)
    const importKey = subtle.importKey.bind(subtle)
    vi.spyOn(subtle, 'encrypt').mockImplementation((...asked) => {
      given.push(asked[2] as Uint8Array)
      return encrypt(...asked)
    })
    vi.spyOn(subtle, 'importKey').mockImplementation(((...asked: Parameters<typeof importKey>) => {
      given.push(asked[1] as unknown as Uint8Array)
      return importKey(...asked)
    }) as typeof subtle.importKey)
    await sealKey(key, 'twice', scrypt, salts)
    vi.restoreAllMocks()
    expect(given).toHaveLength(4) // sealed, and opened again
    for (const each of given) expect(each.every((byte) => byte === 0)).toBe(true)
  })
})
