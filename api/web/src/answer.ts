/**
 * An answer of the server as a view shows it: loading, there, refused, or out of reach.
 *
 * What is asked is asked again when one of its dependencies changes, and an answer that comes too late for its
 * question is dropped. What answers another question than the one in force is no longer shown, so that no figure
 * stands under a name that is not its own. While anything is asked, the page says that it is busy (`busy`), which is
 * how a screen reader and a test know that a view has come.
 */
import { onScopeDispose, readonly, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'

import { OfflineError, ProblemError } from '@/api/client'
import { i18n } from '@/i18n'

export type AnswerState = 'idle' | 'loading' | 'ready' | 'refused' | 'offline'

export interface Answered<Value> {
  readonly value: Readonly<ShallowRef<Value | null>>
  readonly state: Readonly<Ref<AnswerState>>
  readonly problem: Readonly<ShallowRef<ProblemError | null>>
  /** Ask once more. */
  again(): Promise<void>
}

const asking = ref(0)

/** How many answers the page is waiting for. */
export const busy = readonly(asking)

/** Count something else that a view waits for, until the promise has ended. */
export async function whileBusy<Value>(work: Promise<Value>): Promise<Value> {
  asking.value += 1
  try {
    return await work
  } finally {
    asking.value -= 1
  }
}

/**
 * Ask, now and whenever a dependency changes; the language is one of them, since refusals come in it.
 *
 * The value stays while the same question is asked again, in whichever language, and is cleared once it is another.
 *
 * @param ask - What is asked; null where there is nothing to ask yet.
 * @param on - What the question depends on, as what JSON can write.
 */
export function useAnswer<Value>(
  ask: (signal: AbortSignal) => Promise<Value> | null,
  on: () => unknown = () => null,
): Answered<Value> {
  const value = shallowRef<Value | null>(null)
  const state = ref<AnswerState>('idle')
  const problem = shallowRef<ProblemError | null>(null)
  let current: AbortController | null = null
  /** What `value` answers. */
  let question: string | undefined

  async function again(): Promise<void> {
    current?.abort()
    const mine = new AbortController()
    current = mine
    const now = JSON.stringify(on())
    if (now !== question) value.value = null
    question = now
    const asked = ask(mine.signal)
    if (asked === null) {
      state.value = 'idle'
      value.value = null
      return
    }
    state.value = 'loading'
    problem.value = null
    try {
      const answer = await whileBusy(asked)
      if (mine.signal.aborted) return
      value.value = answer
      state.value = 'ready'
    } catch (error) {
      if (mine.signal.aborted) return
      if (error instanceof ProblemError) {
        problem.value = error
        value.value = null
        state.value = 'refused'
      } else if (error instanceof OfflineError) {
        state.value = 'offline' // what answers the same question stays: it is of the block that it names
      } else throw error
    }
  }

  // By its JSON: a question that is put together anew and is the same one is no reason to ask.
  watch([() => JSON.stringify(on()), () => i18n.global.locale.value], () => void again(), { immediate: true })
  onScopeDispose(() => current?.abort())
  return { value, state: readonly(state), problem, again }
}
