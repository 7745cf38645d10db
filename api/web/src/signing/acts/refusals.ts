/**
 * Refusals of acts: their codes are keys of `words/signing-acts.ts`, and so are the fields that they name.
 */
import type { signingActs } from '@/words/signing-acts'

import { SigningRefusal } from '../refusal'

type Words = (typeof signingActs)['en']
type Refusal = Exclude<keyof Words, 'fields'>

/** What forms say by their own members, and what acts have beside. */
export type Field = keyof Words['fields']

/** Where the words have a field's name. */
export function fieldKey(field: Field): string {
  return `signingActs.fields.${field}`
}

export function refused(name: Refusal, values: Record<string, string>): SigningRefusal {
  return new SigningRefusal(`signingActs.${name}`, values)
}

/** A text is no act: something is missing, written in another way, or cannot be said. */
export function malformed(where: string): SigningRefusal {
  return refused('unread', { where })
}

/** What was filled in cannot be meant. */
export function formWrong(field: Field, typed: string): SigningRefusal {
  return refused('formUnread', { field: fieldKey(field), typed })
}
