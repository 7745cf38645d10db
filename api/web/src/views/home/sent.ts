/**
 * Something that is sent once, when somebody says so, and shown as any answer is.
 *
 * It is no `useAnswer`, because a file is not sent again when the language changes; what comes holds both languages.
 */
import { readonly, ref, shallowRef } from 'vue'

import { whileBusy, type Answered, type AnswerState } from '@/answer'
import { OfflineError, ProblemError } from '@/api/client'

export interface Sent<Value> extends Answered<Value> {
  /** Forget what came, as what was sent is no longer what is chosen. */
  forget(): void
}

/** @param work - Sends it; asked anew by `again`. */
export function useSent<Value>(work: () => Promise<Value>): Sent<Value> {
  const value = shallowRef<Value | null>(null)
  const state = ref<AnswerState>('idle')
  const problem = shallowRef<ProblemError | null>(null)
  let current = 0

  async function again(): Promise<void> {
    const mine = ++current
    forgetValue('loading')
    try {
      const answer = await whileBusy(work())
      if (mine !== current) return
      value.value = answer
      state.value = 'ready'
    } catch (error) {
      if (mine !== current) return
      if (error instanceof ProblemError) {
        problem.value = error
        state.value = 'refused'
      } else if (error instanceof OfflineError) state.value = 'offline'
      else throw error
    }
  }

  function forgetValue(next: AnswerState): void {
    value.value = null
    problem.value = null
    state.value = next
  }

  function forget(): void {
    current += 1
    forgetValue('idle')
  }

  return { value, state: readonly(state), problem, again, forget }
}
