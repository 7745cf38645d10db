/**
 * What a form means, argument by argument, and what it leaves to the server: the pieces of which
 * `registering.ts` and `deciding.ts` make the meaning of every form.
 */
import type { Hex } from 'viem'

import { NO_DIGEST } from '../drafts/lots'
import { minute, SECONDS_A_DAY } from '../drafts/moments'
import { reasonCode, type ReasonUse } from '../drafts/reasons'
import { shown } from '../drafts/showing'
import { typedTime } from '../drafts/typed'
import type { Value } from './abi'
import type { Act } from './act'
import type { ActForm, Seat } from './forms'
import { formWrong, type Field } from './refusals'

/** An argument that the form says. */
export class Asked {
  constructor(
    readonly field: Field,
    readonly value: Value,
    /** How it is shown, where it is not as it is written. */
    readonly show: (value: Value) => string = String,
  ) {}
}

/** An argument that the form leaves to the server, and what it can be at all. */
export class Left {
  constructor(
    readonly field: Field,
    readonly fits: (value: Value, act: Act) => boolean = () => true,
    /** How it is shown; null where the sentences of the act say it. */
    readonly show: (value: Value) => string | null = String,
  ) {}
}

/** The digest of the name or note, which follows from what goes along and is compared there. */
export const DIGEST = Symbol('digest')

export type Expected = Asked | Left | typeof DIGEST | List | Struct
export type Struct = { readonly [name: string]: Expected }

/** A list of which each member is compared. */
export class List {
  constructor(
    readonly field: Field,
    readonly each: readonly Expected[],
  ) {}
}

/** A name in its plain form, in both languages. */
export interface Names {
  readonly zh: string
  readonly en: string
}

/** The act that a form means. */
export interface Meaning {
  readonly contract: string
  readonly function: string
  readonly arguments: Struct
  readonly name?: Names
  readonly note?: string
  /** The most gas, or whether it can be. */
  readonly gas?: bigint | ((act: Act) => boolean)
}

/** Who signs, what else forms have in common. */
export interface Making {
  readonly by: Seat
  /** Seconds by which the ledger's days are ahead of UTC. */
  readonly offset: number
}

export const ROLES = ['authority', 'keeper', 'approver', 'issuer', 'supplier', 'auditor'] as const
export const UNLIMITED = (1n << 40n) - 1n

const LEVELS = [0, 2, 4, 6, 9, 12]
const STREET = 9
const SITE_SPAN = 1_000n

export function number(field: Field, value: string | number): Asked {
  return new Asked(field, whole(field, value))
}

export function hex(field: Field, digits: string): Asked {
  const value = whole(field, `0x${digits}`)
  return new Asked(field, value, (each) => (each as bigint).toString(16))
}

/** One of a list of words, which the contracts number from `first`. */
export function choice<T extends string>(field: Field, list: readonly T[], word: T, first = 1): Asked {
  const at = list.indexOf(word)
  if (at < 0) throw formWrong(field, word)
  return new Asked(field, BigInt(at + first), (value) => list[Number(value) - first] ?? String(value))
}

export function reason(field: Field, use: ReasonUse, name: string | null | undefined): Asked {
  const code = name ? reasonCode(name, use) : 0
  if (code === null) throw formWrong(field, name ?? '')
  return new Asked(field, BigInt(code), (value) => shown('reason', value as bigint))
}

/** 64 bytes of a signature in two words; zeros for none. */
export function signature(field: Field, text: string | null | undefined): Struct {
  const digits = text ? text.slice(2) : '0'.repeat(128)
  return {
    r: new Asked(field, `0x${digits.slice(0, 64)}`),
    vs: new Asked(field, `0x${digits.slice(64)}`),
  }
}

/** What must be nothing, since no form says it. */
export function nothing(value: bigint | Hex = 0n): Asked {
  return new Asked('unasked', value)
}

export function noDigest(): Asked {
  return nothing(NO_DIGEST)
}

/** The grant that the signer relies on: the one that the form names, else one over a place. */
export function grantOver(make: Making, place: bigint | null): Expected {
  const { division } = make.by
  if (division) return number('by', division)
  return new Left('by', (value) => place === null || contains(value as bigint, place))
}

/** The grant that the form must name. */
export function grantNamed(make: Making): Expected {
  if (!make.by.division) throw formWrong('by', '')
  return number('by', make.by.division)
}

export function divisionOf(site: string): bigint {
  return whole('site', site) / SITE_SPAN
}

/** The division one level above another one; of the country, itself. */
export function above(division: bigint): bigint {
  const digits = division ? `${division}`.length : 0
  const level = LEVELS.filter((each) => each < digits).at(-1) ?? 0
  return BigInt(`${division}`.slice(0, level) || '0')
}

/** The division itself, and of a community its street: no authority of a community binds communities. */
export function streetOrAbove(division: bigint): bigint {
  return BigInt(`${division}`.slice(0, STREET))
}

// ---------------------------------------------------------------------------------------------- times

/** A moment, of a day its first second; nothing typed is `none`. */
export function moment(make: Making, field: Field, text: string | null | undefined, none = 0n): Asked {
  return shownTime(make, field, text ? BigInt(typedTime(text, make.offset, 'time').seconds) : none)
}

/** The first second at which something is over: of its last day, the first of the next. */
export function over(make: Making, field: Field, text: string): Asked {
  const { seconds, dayOnly } = typedTime(text, make.offset, 'time')
  return shownTime(make, field, BigInt(seconds + (dayOnly ? SECONDS_A_DAY : 0)))
}

/** The last second of a day, or a moment. */
export function deadline(make: Making, field: Field, text: string): Asked {
  const { seconds, dayOnly } = typedTime(text, make.offset, 'time')
  return shownTime(make, field, BigInt(seconds + (dayOnly ? SECONDS_A_DAY - 1 : 0)))
}

/** How a moment is shown, to the second where it is none of a minute. */
export function timeText(make: Making): (value: Value) => string {
  return (value) => {
    const seconds = Number(value)
    const text = minute(seconds, make.offset)
    if (!seconds || text === null) return seconds ? String(value) : '–'
    return seconds % 60 ? `${text}:${`${seconds % 60}`.padStart(2, '0')}` : text
  }
}

function shownTime(make: Making, field: Field, seconds: bigint): Asked {
  return new Asked(field, seconds, timeText(make))
}

/** A typed code or number. */
export function whole(field: Field, value: string | number): bigint {
  const isWhole =
    typeof value === 'number' ? Number.isSafeInteger(value) : /^([0-9]+|0x[0-9a-f]+)$/.test(value)
  if (!isWhole) throw formWrong(field, `${value}`)
  return BigInt(value)
}

function contains(outer: bigint, inner: bigint): boolean {
  return outer === 0n || (LEVELS.includes(`${outer}`.length) && `${inner}`.startsWith(`${outer}`))
}

/** What makes the meaning of a form of each act. */
export type Makers<Names extends ActForm['act']> = {
  readonly [Name in Names]: (form: Extract<ActForm, { act: Name }>, make: Making) => Meaning
}
