/**
 * Derive a key from a passphrase. It takes a second and much memory, and stops for nothing: it runs in a worker
 * (`derive.worker.ts`).
 */
import { pbkdf2 } from '@noble/hashes/pbkdf2.js'
import { scrypt } from '@noble/hashes/scrypt.js'
import { sha256 } from '@noble/hashes/sha2.js'

import type { Derivation } from './keystore'

/** What a worker is asked. */
export interface Asked {
  readonly derivation: Derivation
  readonly passphrase: Uint8Array
}

/** What a worker tells: how far it is, from 0 to 1; the 32 bytes in the end; or that it cannot. */
export type Told =
  | { readonly progress: number }
  | { readonly derived: Uint8Array }
  | { readonly failed: true }

/** Derive 32 bytes, and tell how far it is. `passphrase` is zeroed. */
export function derive(asked: Asked, onProgress: (progress: number) => void): Uint8Array {
  const { derivation, passphrase } = asked
  try {
    if (derivation.kdf === 'pbkdf2') {
      return pbkdf2(sha256, passphrase, derivation.salt, { c: derivation.rounds, dkLen: 32 })
    }
    const { n, r, p } = derivation
    return scrypt(passphrase, derivation.salt, { N: n, r, p, dkLen: 32, onProgress })
  } finally {
    passphrase.fill(0)
  }
}
