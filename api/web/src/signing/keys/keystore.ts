/**
 * Keystore files of version 3, as `shecang keys` and eth-account write them: read strictly, opened and sealed with
 * a key that was derived from the passphrase (`deriving.ts`).
 *
 * A file is somebody else's word until its MAC was checked: its size and the cost of its key derivation are bounded
 * before anything is computed, so that no file makes the page take all memory.
 */
import { bytesToHex, concat, getAddress, hexToBytes, keccak256, toHex, type Address, type Hex } from 'viem'
import { privateKeyToAddress } from 'viem/accounts'

import { SigningRefusal } from '../refusal'

/** Bytes of a keystore file at most; it has about 500. */
export const KEYSTORE_LIMIT = 16_384

/** N below which a key counts as a demo key: cheap to open, and worth nothing. */
export const WEAK_SCRYPT_COST = 65_536

const MEMORY_LIMIT = 1 << 28 // bytes of scrypt, 128 · N · r; the default of eth-account takes all of it
const WORK_LIMIT = 1 << 23 // N · r · p; four times that default
const BLOCKS_LIMIT = 1 << 20 // bytes of scrypt, 128 · r · p, which lie in memory beside; the default has 1,024
const ROUNDS_LIMIT = 10_000_000 // of PBKDF2; ten times that of eth-account
const SALT_LIMIT = 128 // bytes
const DERIVED_BYTES = 32

/** How a key is derived from a passphrase. */
export type Derivation =
  | { readonly kdf: 'scrypt'; readonly salt: Uint8Array; readonly n: number; readonly r: number; readonly p: number }
  | { readonly kdf: 'pbkdf2'; readonly salt: Uint8Array; readonly rounds: number }

/** What a keystore file says without its passphrase. */
export interface Keystore {
  /** As the file claims; opening it checks the claim. */
  readonly address: Address
  readonly isDemo: boolean
  readonly derivation: Derivation
  readonly iv: Uint8Array
  readonly ciphertext: Uint8Array
  readonly mac: Hex
}

type Members = Record<string, unknown>

/** Read a keystore file. */
export function readKeystore(bytes: Uint8Array): Keystore {
  if (bytes.length > KEYSTORE_LIMIT) throw refused('keystoreTooLarge')
  const file = members(parsed(bytes))
  const crypto = members(file.crypto)
  const digits = typeof file.address === 'string' ? file.address.replace(/^0x/i, '').toLowerCase() : ''
  if (file.version !== 3 || !/^[0-9a-f]{40}$/.test(digits)) throw refused('keystoreOther')
  if (crypto.cipher !== 'aes-128-ctr') throw refused('keystoreOther')
  const derivation = derivationOf(crypto)
  return {
    address: getAddress(`0x${digits}`),
    isDemo: isDemo(file, derivation),
    derivation,
    iv: hexBytes(members(crypto.cipherparams).iv, 16),
    ciphertext: hexBytes(crypto.ciphertext, 32),
    mac: bytesToHex(hexBytes(crypto.mac, 32)),
  }
}

/**
 * Open a keystore with what was derived from its passphrase; the private key, 32 bytes. `derived` is zeroed.
 */
export async function openKeystore(keystore: Keystore, derived: Uint8Array): Promise<Uint8Array> {
  try {
    if (macOf(derived, keystore.ciphertext) !== keystore.mac) throw refused('passphraseWrong')
    const key = await ctr(derived, keystore.iv, keystore.ciphertext)
    if (addressOf(key) !== keystore.address) {
      key.fill(0)
      throw refused('keystoreOther')
    }
    return key
  } finally {
    derived.fill(0)
  }
}

/** What is random in a keystore file. */
export interface Salts {
  readonly salt: Uint8Array
  readonly iv: Uint8Array
  readonly id: string
}

/** The text of a keystore file for a key, in the form and order of `shecang keys new`. `derived` is zeroed. */
export async function sealKeystore(
  key: Uint8Array,
  derived: Uint8Array,
  scrypt: { n: number; r: number; p: number },
  salts: Salts,
): Promise<string> {
  const { ciphertext, mac } = await sealed(key, derived, salts.iv).finally(() => derived.fill(0))
  const content = {
    address: digitsOf(addressOf(key).toLowerCase() as Hex),
    crypto: {
      cipher: 'aes-128-ctr',
      cipherparams: { iv: digitsOf(toHex(salts.iv)) },
      ciphertext: digitsOf(toHex(ciphertext)),
      kdf: 'scrypt',
      kdfparams: { dklen: DERIVED_BYTES, ...scrypt, salt: digitsOf(toHex(salts.salt)) },
      mac: digitsOf(mac),
    },
    id: salts.id,
    version: 3,
  }
  return `${JSON.stringify(content, null, 1)}\n`
}

async function sealed(
  key: Uint8Array,
  derived: Uint8Array,
  iv: Uint8Array,
): Promise<Pick<Keystore, 'ciphertext' | 'mac'>> {
  const ciphertext = await ctr(derived, iv, key)
  return { ciphertext, mac: macOf(derived, ciphertext) }
}

function refused(code: string): SigningRefusal {
  return new SigningRefusal(`keys.refusals.${code}`)
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw refused('keystoreOther')
  }
}

function derivationOf(crypto: Members): Derivation {
  const parameters = members(crypto.kdfparams)
  const salt = hexBytes(parameters.salt)
  if (salt.length > SALT_LIMIT || parameters.dklen !== DERIVED_BYTES) throw refused('keystoreOther')
  if (crypto.kdf === 'pbkdf2' && parameters.prf === 'hmac-sha256') {
    const rounds = whole(parameters.c)
    if (rounds > ROUNDS_LIMIT) throw refused('keystoreTooCostly')
    return { kdf: 'pbkdf2', salt, rounds }
  }
  if (crypto.kdf !== 'scrypt') throw refused('keystoreOther')
  const [n, r, p] = [whole(parameters.n), whole(parameters.r), whole(parameters.p)]
  const isTooCostly = 128 * n * r > MEMORY_LIMIT || 128 * r * p > BLOCKS_LIMIT || n * r * p > WORK_LIMIT
  if (isTooCostly) throw refused('keystoreTooCostly')
  if (n < 2 || !Number.isInteger(Math.log2(n))) throw refused('keystoreOther')
  return { kdf: 'scrypt', salt, n, r, p }
}

function isDemo(file: Members, derivation: Derivation): boolean {
  const mark = file.shecang
  const isMarked = typeof mark === 'object' && mark !== null && (mark as Members).demo === true
  return isMarked || (derivation.kdf === 'scrypt' && derivation.n < WEAK_SCRYPT_COST)
}

/** The MAC is over the second half of what was derived; the first half is the key of the cipher. */
function macOf(derived: Uint8Array, ciphertext: Uint8Array): Hex {
  return keccak256(concat([derived.subarray(16, 32), ciphertext]))
}

/** The cipher, which is its own inverse; the copies that it takes of the key and of the data are zeroed. */
async function ctr(derived: Uint8Array, iv: Uint8Array, data: Uint8Array): Promise<Uint8Array> {
  const [secret, copy] = [own(derived.subarray(0, 16)), own(data)]
  try {
    const cipher = await crypto.subtle.importKey('raw', secret, 'AES-CTR', false, ['encrypt'])
    const parameters = { name: 'AES-CTR', counter: own(iv), length: 128 }
    return new Uint8Array(await crypto.subtle.encrypt(parameters, cipher, copy))
  } finally {
    secret.fill(0)
    copy.fill(0)
  }
}

/** The same bytes, with the type of buffer that the browser's cryptography asks for. */
function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes)
}

function addressOf(key: Uint8Array): Address {
  try {
    return privateKeyToAddress(bytesToHex(key))
  } catch {
    throw refused('keystoreOther') // 0, or beyond the order of the curve
  }
}

function members(value: unknown): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refused('keystoreOther')
  return value as Members
}

function whole(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) throw refused('keystoreOther')
  return value
}

function hexBytes(value: unknown, length?: number): Uint8Array {
  const digits = typeof value === 'string' ? value.replace(/^0x/, '') : '!'
  const isHex = /^([0-9a-fA-F]{2})+$/.test(digits)
  if (!isHex || (length !== undefined && digits.length !== 2 * length)) throw refused('keystoreOther')
  return hexToBytes(`0x${digits}`)
}

function digitsOf(hex: Hex): string {
  return hex.slice(2)
}
