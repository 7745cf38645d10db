/**
 * Where the signing panel stands: what it lacks, what was read, what is being done, and what came of it.
 *
 * Whatever fails leaves what was prepared as it was, so that it can be tried again or gone back from.
 */
import type { Hex } from 'viem'
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'

import type { Schemas } from '@/api/client'

import { held } from './keys/held'
import { readPrepared, waitingIn, type Prepared, type Reading, type Waiting } from './prepared'
import { SigningRefusal } from './refusal'
import type { Signer } from './signer'
import { consent, follow, lookAgain, Sending, type Step } from './signing'
import { restoreTrust, trusted } from './trust/kept'

/** What came of it. */
export type Outcome =
  | { readonly is: 'recorded'; readonly block: number; readonly key: string | null; readonly hash: Hex }
  | { readonly is: 'refused'; readonly refusal: Schemas['Refusal'] | null; readonly hash: Hex }
  | { readonly is: 'consented'; readonly waiting: readonly Waiting[]; readonly key: string }
  | { readonly is: 'waiting'; readonly waiting: readonly Waiting[]; readonly key: string }

export type Phase = 'trust' | 'key' | 'reading' | 'wrong' | 'ready' | 'undo' | 'working' | 'failed' | 'outcome'

export function useSigning(given: () => Prepared, onSettled: (outcome: Outcome) => void) {
  const prepared = shallowRef(given())
  const reading = shallowRef<Reading | null>(null)
  const wrong = shallowRef<unknown>(null)
  const doing = ref<'nothing' | 'undo' | 'working' | 'failed'>('nothing')
  const step = ref<Step>('signing')
  const told = shallowRef<Schemas['Transaction'] | null>(null)
  const isAway = ref(false)
  const isStopped = ref(false)
  const outcome = shallowRef<Outcome | null>(null)
  const isTrustKnown = ref(false)
  let ending = new AbortController()
  let sending: Sending | null = null
  let reads = 0

  const phase = computed<Phase>(() => {
    if (outcome.value) return 'outcome'
    if (doing.value === 'working' || (doing.value === 'failed' && held.value)) return doing.value
    if (!isTrustKnown.value) return 'reading'
    if (!trusted.value) return 'trust'
    if (!held.value) return 'key'
    if (doing.value !== 'nothing') return doing.value
    if (wrong.value) return 'wrong'
    return reading.value ? 'ready' : 'reading'
  })

  void restoreTrust().then(() => (isTrustKnown.value = true))
  onScopeDispose(() => ending.abort())
  watch(given, (next) => {
    // What is under way goes on, but nothing that comes of it is said of something else.
    ending.abort()
    ending = new AbortController()
    prepared.value = next
    sending = null
    outcome.value = null
    doing.value = 'nothing'
  })
  watch([prepared, trusted, held, isTrustKnown], () => void read(), { immediate: true })

  async function read(): Promise<void> {
    // What is under way goes on from what was read; a key that is locked meanwhile is opened again.
    if (doing.value === 'undo') doing.value = 'nothing'
    if (doing.value !== 'nothing' || outcome.value) return
    const mine = ++reads
    reading.value = null
    wrong.value = null
    if (!trusted.value || !held.value || !isTrustKnown.value) return
    try {
      const found = await readPrepared(prepared.value, trusted.value, held.value.signer.address)
      if (mine !== reads) return
      reading.value = found
      if (found.sent) await run((signal) => followed(found.sent as Hex, signal))
    } catch (error) {
      if (mine === reads) wrong.value = error
    }
  }

  function sign(): void {
    isStopped.value = false
    doing.value = 'undo'
  }

  function stop(): void {
    doing.value = 'nothing'
    isStopped.value = true
  }

  /** What follows once the undo window is over; also to try again. */
  async function go(): Promise<void> {
    const found = reading.value
    if (!found) return
    if (found.sent) await run((signal) => followed(found.sent as Hex, signal))
    else if (found.next === 'consent') await run((signal) => consented(found, signal))
    else await run((signal) => sent(found, signal))
  }

  async function consented(found: Reading, signal: AbortSignal): Promise<void> {
    const { draft } = await consent(found, signer(), onStep)
    signal.throwIfAborted()
    settle({ is: 'consented', waiting: waitingIn(draft), key: found.key as string }) // a draft has a key
  }

  async function sent(found: Reading, signal: AbortSignal): Promise<void> {
    sending ??= new Sending(found)
    await followed(await sending.handIn(signer(), onStep), signal)
  }

  async function followed(hash: Hex, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    step.value = 'following'
    const last = await follow(hash, {
      signal,
      onLook: (seen) => {
        isAway.value = seen === null
        told.value = seen ?? told.value
      },
    })
    const isRecorded = last.state === 'recorded' && last.recorded_in !== null
    settle(
      isRecorded
        ? { is: 'recorded', block: last.recorded_in as number, key: reading.value?.key ?? null, hash }
        : { is: 'refused', refusal: last.refusal, hash },
    )
  }

  /** Look whether the others have signed. */
  async function look(): Promise<void> {
    const found = reading.value
    const now = prepared.value
    if (!found || now.is !== 'draft') return
    await run(async (signal) => {
      const answer = await lookAgain(found)
      signal.throwIfAborted()
      prepared.value = { ...now, answer }
    })
    await read() // not while it was under way
  }

  async function run(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { signal } = ending
    wrong.value = null
    doing.value = 'working'
    try {
      await work(signal)
      doing.value = 'nothing'
    } catch (error) {
      if (signal.aborted) return
      wrong.value = error
      doing.value = 'failed'
    }
  }

  function settle(what: Outcome): void {
    outcome.value = what
    onSettled(what)
  }

  function onStep(next: Step): void {
    step.value = next
  }

  /** Who signs: the key for which it was read, whatever was opened meanwhile. */
  function signer(): Signer {
    const opened = held.value?.signer
    const address = reading.value?.address
    if (!opened || !address) throw new SigningRefusal('keys.refusals.locked')
    if (opened.address !== address) throw new SigningRefusal('signing.notYours', { address, open: opened.address })
    return opened
  }

  /** Read what was prepared again, after a failure. */
  function back(): void {
    doing.value = 'nothing'
    void read()
  }

  const isSigned = (): boolean => sending?.isSigned ?? false
  return { phase, reading, wrong, step, told, isAway, isStopped, outcome, sign, stop, go, look, back, isSigned }
}
