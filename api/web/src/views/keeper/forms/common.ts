/** What every form of a keeper has: who signs, when it happened, what is wrong with it. */
import type { Hex } from 'viem'

import { isLate, wrongPast } from '../days'
import { isAddress, seatOf, type Seat } from '../people'
import { isWrong, readQuantity, type Wrong, type Wrongs } from '../quantities'

/** Fields that every document has. Persons are choices of `people.ts`. */
export interface CommonFields {
  /** The day on which it happened; empty means now. */
  day: string
  keeper: string
  approver: string
}

/** Why an approver signs too. */
export type ApproverReason = 'late' | 'leaves' | 'writeOff' | 'gain' | 'return'

export interface CommonBody {
  client_id: Hex
  occurred_at?: string
  keeper: Seat
  approver?: Seat
  note?: string
}

/** Collects what is wrong, the first of each field. */
export class Checking {
  private readonly found: Record<string, Wrong> = {}

  get wrongs(): Wrongs {
    return this.found
  }

  add(field: string, wrong: Wrong | null): void {
    if (wrong !== null) this.found[field] ??= wrong
  }

  /** A field that must be filled in. */
  filled(field: string, value: string, word: string): void {
    if (value === '') this.add(field, { word })
  }

  /** Somebody who signs. */
  person(field: string, value: string): void {
    if (value === '') this.add(field, { word: 'personEmpty' })
    else if (!isAddress(seatOf(value).address)) this.add(field, { word: 'personForm' })
  }

  /** A quantity; 0 where it is none, so that checking goes on. */
  quantity(field: string, typed: string, least: 0n | 1n, most?: bigint): bigint {
    const read = readQuantity(typed, least)
    if (isWrong(read)) {
      this.add(field, read)
      return 0n
    }
    if (most !== undefined && read > most) this.add(field, { word: 'quantityMore', values: { most: String(most) } })
    return read
  }

  /** What is common to all: the day, the keeper, and an approver where a rule wants one. */
  common(fields: CommonFields, approver: ApproverReason | null): void {
    this.add('day', wrongPast(fields.day))
    this.person('keeper', fields.keeper)
    if (approver !== null) this.person('approver', fields.approver)
  }
}

/** Why an approver signs a document: what is asked for by its own rule, else because it is late. */
export function approverFor(fields: { day: string }, own: ApproverReason | null = null): ApproverReason | null {
  return own ?? (isLate(fields.day) ? 'late' : null)
}

/** What is common to all bodies. */
export function commonBody(
  fields: CommonFields,
  approver: ApproverReason | null,
  clientId: Hex,
  note: string,
): CommonBody {
  return {
    client_id: clientId,
    ...(fields.day === '' ? {} : { occurred_at: fields.day }),
    keeper: seatOf(fields.keeper),
    ...(approver === null ? {} : { approver: seatOf(fields.approver) }),
    ...(note.trim() === '' ? {} : { note: note.trim() }),
  }
}
