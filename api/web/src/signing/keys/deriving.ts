/** Derive a key in a worker, so that the page stays alive, with progress; it can be given up. */
import { SigningRefusal } from '../refusal'
import type { Asked, Told } from './derive'
import type { Derivation } from './keystore'

export interface Watching {
  /** How far it is, from 0 to 1. */
  readonly onProgress?: (progress: number) => void
  /** Gives it up: the worker is ended at once, and the promise fails with an AbortError. */
  readonly signal?: AbortSignal
}

/** Derive 32 bytes from a passphrase. */
export function deriveInWorker(
  derivation: Derivation,
  passphrase: string,
  watching: Watching = {},
): Promise<Uint8Array> {
  const { onProgress, signal } = watching
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(givenUp())
    const worker = new Worker(new URL('./derive.worker.ts', import.meta.url), { type: 'module' })
    const giveUp = (): void => end(() => reject(givenUp()))
    const end = (settle: () => void): void => {
      signal?.removeEventListener('abort', giveUp)
      worker.terminate()
      settle()
    }
    signal?.addEventListener('abort', giveUp)
    const fail = (): void => end(() => reject(new SigningRefusal('keys.refusals.derivingFailed')))
    worker.onerror = fail
    worker.onmessage = ({ data }: MessageEvent<Told>) => {
      if ('progress' in data) onProgress?.(data.progress)
      else if ('derived' in data) end(() => resolve(data.derived))
      else fail()
    }
    const asked: Asked = { derivation, passphrase: new TextEncoder().encode(passphrase) }
    worker.postMessage(asked, [asked.passphrase.buffer])
  })
}

function givenUp(): DOMException {
  return new DOMException('given up', 'AbortError')
}
