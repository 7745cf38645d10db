/** A new key, made in the browser and sealed as a keystore file that `shecang keys` and eth-account open. */
import { bytesToHex } from 'viem'

import { deriveInWorker, type Watching } from './deriving'
import { openKeystore, readKeystore, sealKeystore, type Keystore, type Salts } from './keystore'
import { requireSafePlace } from './place'

/** scrypt as `shecang keys new` takes it: about a second and 256 MiB. */
export const SCRYPT = { n: 262_144, r: 8, p: 1 } as const

/** Characters of a passphrase at least: whoever finds the file may try as many as they like. */
export const PASSPHRASE_LEAST = 12

const ORDER = 0xffffffff_ffffffff_ffffffff_fffffffe_baaedce6_af48a03b_bfd25e8c_d0364141n

/** A key that was made: the file's text, and what it says. */
export interface Made {
  readonly text: string
  readonly keystore: Keystore
}

/** Make a key and its file; the key itself is zeroed before this returns. */
export async function makeKey(passphrase: string, watching: Watching = {}): Promise<Made> {
  requireSafePlace()
  const key = randomKey()
  try {
    return await sealKey(key, passphrase, SCRYPT, randomSalts(), watching)
  } finally {
    key.fill(0)
  }
}

/** Seal a key as a file, and open that file again before anybody relies on it. */
export async function sealKey(
  key: Uint8Array,
  passphrase: string,
  scrypt: { n: number; r: number; p: number },
  salts: Salts,
  watching: Watching = {},
): Promise<Made> {
  const derive = (from: number): Promise<Uint8Array> =>
    deriveInWorker({ kdf: 'scrypt', salt: salts.salt, ...scrypt }, passphrase, {
      ...watching,
      onProgress: (progress) => watching.onProgress?.(from + progress / 2),
    })
  const text = await sealKeystore(key, await derive(0), scrypt, salts)
  const keystore = readKeystore(new TextEncoder().encode(text))
  const opened = await openKeystore(keystore, await derive(0.5))
  opened.fill(0)
  return { text, keystore }
}

/** The name of a key's file. */
export function fileNameOf(keystore: Keystore): string {
  return `key-${keystore.address.slice(2, 10).toLowerCase()}.json`
}

function randomKey(): Uint8Array {
  const key = new Uint8Array(32)
  let value: bigint
  do {
    crypto.getRandomValues(key)
    value = BigInt(bytesToHex(key))
  } while (value === 0n || value >= ORDER) // one in 2^128
  return key
}

function randomSalts(): Salts {
  const salt = crypto.getRandomValues(new Uint8Array(32))
  const iv = crypto.getRandomValues(new Uint8Array(16))
  return { salt, iv, id: crypto.randomUUID() }
}
