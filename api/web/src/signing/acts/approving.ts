/** What an approval means: of a consent the document that it covers, and the gas of whatever is approved. */
import { SECONDS_A_DAY } from '../drafts/moments'
import { typedTime } from '../drafts/typed'
import { digits, packReference, REFERENCE_PROPOSAL, unpackHead } from '../drafts/words'
import type { Arguments, Value } from './abi'
import type { Act } from './act'
import type { FormOf } from './forms'
import {
  Asked,
  deadline,
  hex,
  Left,
  nothing,
  number,
  timeText,
  type Expected,
  type Making,
  type Struct,
} from './meaning'
import { formWrong } from './refusals'

// As in `ledger_client/reallocation.py`.
export const CALL_GAS = 300_000n
const APPROVAL_GAS = 220_000n
const LOOKED_AT_LOT_GAS = 14_000n
const LOTS_MOST = 64n

const DAY_ONLY = 1n << 63n
const CLOCKS_DIFFER = 3_600 // seconds
const LATE_AFTER = 7n * BigInt(SECONDS_A_DAY)

/** The document that an approval consents to: what the form says of it, and what only its proposal says. */
export function approved(form: FormOf<'approve-with-consent'>, make: Making): Struct {
  if ((form.kind === 'dispatch') !== Boolean(form.deadline)) throw formWrong('deadline', form.deadline ?? '')
  const proposal = hex('proposal', form.proposal).value as bigint
  const reference = packReference(REFERENCE_PROPOSAL, proposal)
  return {
    clientId: new Asked('clientId', form.client_id),
    from: new Left('giver'),
    to: new Left('receiver'),
    occurredAt: occurred(form, make),
    reference_: new Asked('proposal', reference, (value) => digits(value as bigint, 64)),
    reason: nothing(),
    qualification: nothing(),
    deadline: form.deadline ? deadline(make, 'deadline', form.deadline) : number('deadline', 0),
    lines: new Left('lots', undefined, (lines) => (lines as readonly bigint[]).map(lineText).join('; ')),
  }
}

function occurred(form: FormOf<'approve-with-consent'>, make: Making): Expected {
  const show = (value: Value) => timeText(make)((value as bigint) & (DAY_ONLY - 1n))
  if (!form.occurred_at) return new Left('occurredAt', hasBegun, show)
  const { seconds, dayOnly } = typedTime(form.occurred_at, make.offset, 'time')
  return new Asked('occurredAt', BigInt(seconds) | (dayOnly ? DAY_ONLY : 0n), show)
}

/** Whether a time that the server chose is none to come: the consent counts from it, and must not for years. */
function hasBegun(value: Value): boolean {
  return Number((value as bigint) & (DAY_ONLY - 1n)) <= Date.now() / 1_000 + CLOCKS_DIFFER
}

/** Whether a consent counts until its document would be late. */
export function untilLate(value: Value, act: Act): boolean {
  const { occurredAt } = act.arguments.document as { occurredAt: bigint }
  const end = (occurredAt & (DAY_ONLY - 1n)) + (occurredAt & DAY_ONLY ? BigInt(SECONDS_A_DAY) : 0n)
  return value === end + LATE_AFTER
}

export function lineText(word: Value): string {
  const { lot, quantity } = unpackHead(word as bigint)
  return `${digits(lot, 40)} ${quantity}`
}

export function wordsOf(act: Act): bigint {
  return BigInt(((act.arguments.document as Arguments).lines as readonly Value[]).length)
}

/**
 * Whether gas is that of so many approvals, which look at `least` to 64 lots each: only the proposals say
 * how many.
 */
export function isOfApprovals(gas: bigint, approvals: bigint, least: bigint): boolean {
  const ofLots = gas - CALL_GAS - approvals * APPROVAL_GAS
  const lots = ofLots / LOOKED_AT_LOT_GAS
  return ofLots % LOOKED_AT_LOT_GAS === 0n && lots >= least && lots <= approvals * LOTS_MOST
}
