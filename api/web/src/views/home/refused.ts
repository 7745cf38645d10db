/** What the server said of one parameter, to stand beside its field. */
import type { Answered } from '@/answer'

/** The server's own sentence on a parameter of the last question; null where it said nothing of it. */
export function refusedField(answered: Answered<unknown>, parameter: string): string | null {
  return answered.problem.value?.errors.find((each) => each.parameter === parameter)?.detail ?? null
}
