/** What the client computes of drafts (`tests/page/draft_vectors.py`), and every alteration of one. */
import type { Hex } from 'viem'

import type { DocumentForm } from '@/signing/drafts'

import json from '../../vectors/drafts.json'

export interface Vector {
  name: string
  draft: DraftJson
  form?: DocumentForm
  salt?: string
  /** What the sender signs of the note. */
  record_digest?: Hex
  key: string
  content: Hex
  consent_digest: Hex
  waiting_for: string[]
  gas: number
  calldata?: Hex
  transaction?: Hex
  sentences: { en: string[]; zh: string[] }
}

export type DraftJson = Record<string, unknown> & { kind: string }

export type Formed = Vector & { form: DocumentForm }

type Reason = [number, string, string, string, string[]]

const FILE = json as unknown as {
  nonce: number
  reasons: Reason[]
  settlements: [number, string, string, string][]
  drafts: Vector[]
}

export const { nonce: NONCE, reasons: REASONS, settlements: SETTLEMENTS, drafts: VECTORS } = FILE

/** The vectors with the forms of which a server made their drafts. */
export const FORMS = VECTORS.filter((each): each is Formed => each.form !== undefined)

/** The vector of a name. */
export function vector(name: string): Vector {
  const found = VECTORS.find((each) => each.name === name)
  if (!found) throw new Error(`no vector ${name}`)
  return found
}

export function formed(name: string): Formed {
  return vector(`form ${name}`) as Formed
}

type Path = readonly (string | number)[]

/** Each member of a draft, with other values for it that have the same form. */
export function* alterations(value: unknown, path: Path = []): Generator<[path: Path, other: unknown]> {
  if (Array.isArray(value)) {
    for (const [at, each] of value.entries()) yield* alterations(each, [...path, at])
    yield [path, [...value, value[0] ?? {}]]
    if (value.length) yield [path, value.slice(1)]
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, each] of Object.entries(value)) yield* alterations(each, [...path, name])
    yield [path, null]
    yield [path, { ...value, more: 1 }]
    for (const name of Object.keys(value)) yield [path, without(value, name)]
  } else if (typeof value === 'boolean') yield [path, !value]
  else if (typeof value === 'number') yield* [[path, value + 1] as const, [path, `${value}`] as const]
  else if (typeof value === 'string') yield* texts(value).map((each) => [path, each] as [Path, unknown])
  else yield* [{ address: `0x${'ab'.repeat(20)}`, division: 4201 }, `0x${'11'.repeat(64)}`].map(
    (each): [Path, unknown] => [path, each],
  )
}

/** A draft with another value at a place. */
export function altered(draft: DraftJson, path: Path, other: unknown): unknown {
  if (!path.length) return other
  const changed = structuredClone(draft) as unknown
  let place = changed as Record<string | number, unknown>
  for (const name of path.slice(0, -1)) place = place[name] as Record<string | number, unknown>
  place[path.at(-1)!] = other
  return changed
}

/** Texts with one digit altered, of packed lines each in turn, and with one digit more. */
function texts(text: string): string[] {
  if (!text.startsWith('0x')) return ['issue', 'hold', `${text}x`].filter((each) => each !== text)
  const last = text.length - 1
  const places = text.length > 66 ? Array.from(text.slice(2), (_, at) => at + 2) : [2, last >> 1, last]
  const digit = (old: string): string => (old === '1' ? '2' : '1')
  return [...places.map((at) => text.slice(0, at) + digit(text[at]!) + text.slice(at + 1)), `${text}0`]
}

function without(value: object, name: string): object {
  return Object.fromEntries(Object.entries(value).filter(([each]) => each !== name))
}
