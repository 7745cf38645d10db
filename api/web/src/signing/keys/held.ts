/**
 * The signer that is open: at most one, at most 15 minutes, in the memory of this page and nowhere else.
 *
 * A private key never leaves this module but for the length of one signature. It is zeroed when the time is up, when
 * the user locks it or signs out, and when the page is left.
 */
import { shallowRef } from 'vue'

import { whenSignedOut } from '@/session'

import { SigningRefusal } from '../refusal'
import type { Signer } from '../signer'
import { deriveInWorker, type Watching } from './deriving'
import { fileSigner } from './file-signer'
import { openKeystore, type Keystore } from './keystore'
import { requireSafePlace } from './place'
import type { Connected } from './wallet'

/** Milliseconds for which a signer stays open, however much it signs. */
export const LONGEST_OPEN = 15 * 60_000

/** A signer with what is said of it. */
export interface Held {
  readonly signer: Signer
  readonly isDemo: boolean
  /** When it is locked, milliseconds since 1970. */
  readonly until: number
}

/** Who signs now; null where nothing is open. */
export const held = shallowRef<Held | null>(null)

let drop: (() => void) | null = null
/** How often it was locked: what was begun before may not open anything afterwards. */
let locks = 0

/** Open a keystore with its passphrase; it takes the place of whatever was open. */
export async function openHeld(keystore: Keystore, passphrase: string, watching: Watching = {}): Promise<Signer> {
  requireSafePlace()
  const locksBefore = locks
  const derived = await deriveInWorker(keystore.derivation, passphrase, watching)
  const key = await openKeystore(keystore, derived)
  // Given up, signed out or left meanwhile: nobody expects an open key any more.
  if (locks !== locksBefore || watching.signal?.aborted) {
    key.fill(0)
    throw new SigningRefusal('keys.refusals.locked')
  }
  return holdKey(key, keystore.isDemo)
}

/** Hold a wallet; it keeps its key itself, and asks its owner at each signature. */
export function holdWallet(signer: Signer, disconnect: () => void): void {
  hold({ signer, isDemo: false, until: Date.now() + LONGEST_OPEN }, disconnect)
}

/** Hold a wallet once its owner has let this page in, unless something was locked before. */
export async function openWallet(connecting: Promise<Connected>): Promise<void> {
  const locksBefore = locks
  const { signer, disconnect } = await connecting
  if (locks !== locksBefore) {
    disconnect()
    throw new SigningRefusal('keys.refusals.locked')
  }
  holdWallet(signer, disconnect)
}

/** Lock: zero the key, and forget who signs. */
export function lock(): void {
  locks += 1
  drop?.()
  drop = null
  held.value = null
}

function holdKey(key: Uint8Array, isDemo: boolean): Signer {
  const until = Date.now() + LONGEST_OPEN
  let isGone = false
  const signer = fileSigner((work) => {
    // The clock decides, too: a machine that slept has not run its timers.
    if (!isGone && Date.now() >= until) lock()
    if (isGone) throw new SigningRefusal('keys.refusals.locked')
    return work(key)
  })
  hold({ signer, isDemo, until }, () => {
    isGone = true
    key.fill(0)
  })
  return signer
}

function hold(opened: Held, whenDropped: () => void): void {
  lock()
  const timer = setTimeout(lock, opened.until - Date.now())
  drop = () => {
    clearTimeout(timer)
    whenDropped()
  }
  held.value = opened
}

whenSignedOut(lock)
window.addEventListener('pagehide', lock)
