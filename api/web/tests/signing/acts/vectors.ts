/**
 * Acts of every form, as the client makes them (`tests/page/act_vectors.py`), and JSON values with a change.
 */
import type { Address, Hex } from 'viem'

import type { ActForm } from '@/signing/acts'

import VECTORS from '../../vectors/acts.json'

export interface Vector {
  form: ActForm
  act: Record<string, unknown>
  key: string | null
  data: Hex
  record_digest: Hex | null
  consent_digest: Hex | null
  record_signature: Hex | null
  consent: Hex | null
  transaction: Hex
  sentences: { zh: string[]; en: string[] }
}

export const TRUST = VECTORS.trust as unknown as {
  chainId: number
  genesis: Hex
  ledger: Address
  contracts: Record<string, Address>
}
export const KEY = VECTORS.key as Hex
export const NONCE = VECTORS.nonce

const ALL = VECTORS.vectors as unknown as Record<string, Vector>

/** Every vector by its name. */
export const EVERY: readonly (readonly [name: string, vector: Vector])[] = Object.entries(ALL)

/** One vector. */
export function vector(name: string): Vector {
  const found = ALL[name]
  if (!found) throw new Error(`no vector ${name}`)
  return found
}

export type Path = readonly (string | number)[]

/** Where something stands in a JSON value that holds no others. */
export function leaves(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  return Object.entries(value).flatMap(([name, each]) =>
    leaves(each, [...path, Array.isArray(value) ? Number(name) : name]),
  )
}

/** What stands at a place. */
export function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, step) => (inner as Record<string | number, unknown>)[step], value)
}

/** The value with something else at a place. */
export function put<T>(value: T, path: Path, other: unknown): T {
  if (!path.length) return other as T
  const copy = structuredClone(value)
  const inner = at(copy, path.slice(0, -1)) as Record<string | number, unknown>
  inner[path.at(-1)!] = other
  return copy
}

const OTHER_KEY = '0x6813Eb9362372EEF6200f3b1dbC3f819671cBA69'

/** Another value of the same form. */
export function altered(value: unknown): unknown {
  if (typeof value === 'boolean') return !value
  if (typeof value === 'number') return value + 1
  if (value === null) return `0x${'11'.repeat(64)}`
  const text = value as string
  if (text.startsWith('0x') && text.length === 42 && text !== text.toLowerCase()) return OTHER_KEY
  if (/^0x[0-9a-f]{1,62}$/.test(text)) return `0x${(BigInt(text) ^ 1n).toString(16)}`
  if (text.startsWith('0x')) return text.slice(0, -1) + (text.endsWith('0') ? '1' : '0')
  // A time is said to the minute, of a day to the day.
  return /^[0-9]+$/.test(text) ? `${BigInt(text) + 86_400n}` : `${text}x`
}
