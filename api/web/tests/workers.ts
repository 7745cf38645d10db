/**
 * Workers for tests: Node's jsdom has none. The real work of the worker runs, in the test's own thread; only the
 * posting of messages is stood in for.
 */
import { vi } from 'vitest'

import { derive, type Asked, type Told } from '@/signing/keys/derive'

export class WorkerHere {
  onmessage: ((event: { data: Told }) => void) | null = null
  onerror: (() => void) | null = null
  isEnded = false
  static made: WorkerHere[] = []

  constructor() {
    WorkerHere.made.push(this)
  }

  postMessage(asked: Asked): void {
    const copy = { derivation: asked.derivation, passphrase: asked.passphrase.slice() }
    const tell = (told: Told): void => {
      if (!this.isEnded) this.onmessage?.({ data: told })
    }
    queueMicrotask(() => {
      if (!this.isEnded) tell({ derived: derive(copy, (progress) => tell({ progress })) })
    })
  }

  terminate(): void {
    this.isEnded = true
  }
}

/** Let keys be derived in this test file. */
export function workersHere(): void {
  WorkerHere.made = []
  vi.stubGlobal('Worker', WorkerHere)
}
