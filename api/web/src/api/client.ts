/**
 * How the page asks its server: one place for the language, the session's second token, and refusals.
 *
 * A refusal is a problem document (RFC 9457), whose sentences the server has written in the language asked for; the
 * page shows them as they are. What did not reach the server is an `OfflineError`.
 */
import { language } from '@/i18n'

import type { components } from './types'

/** The shapes of the description, `Schemas['StockCard']`. */
export type Schemas = components['schemas']

export type Query = Record<string, string | number | boolean | readonly string[] | null | undefined>

/** One malformed parameter or member, as the server names it. */
export interface FieldProblem {
  readonly parameter: string
  readonly value?: string | null
  readonly detail: string
}

/** The server refused, and says why. */
export class ProblemError extends Error {
  constructor(
    readonly status: number,
    readonly type: string,
    readonly title: string,
    readonly detail: string,
    readonly errors: readonly FieldProblem[] = [],
  ) {
    super(detail || title)
  }
}

/** The server was not reached: no network, or it is not running. */
export class OfflineError extends Error {}

let csrfToken: string | null = null
let whenUnknown: () => void = () => undefined

/** The second token of the session, which goes with whatever changes something; null without one. */
export function setCsrf(token: string | null): void {
  csrfToken = token
}

/** Have something done whenever the server does not know who asks (401). */
export function onUnknownCaller(act: () => void): void {
  whenUnknown = act
}

/** Ask. */
export function get<Answer>(path: string, query: Query = {}, signal?: AbortSignal): Promise<Answer> {
  return asked<Answer>('GET', path + queryOf(query), undefined, signal)
}

/** Send what changes something, as JSON. */
export function send<Answer>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<Answer> {
  return asked<Answer>(method, path, body === undefined ? undefined : JSON.stringify(body))
}

/** Send a file; the answer is JSON. */
export function upload<Answer>(path: string, query: Query, file: Blob, type: string): Promise<Answer> {
  return asked<Answer>('POST', path + queryOf(query), file, undefined, type)
}

export interface Downloaded {
  readonly name: string
  readonly file: Blob
  /** What the server says of it beside. */
  readonly headers: Headers
}

/** Fetch a file. */
export async function download(path: string, query: Query = {}): Promise<Downloaded> {
  const response = await fetched(path + queryOf(query), { headers: headersOf('GET') })
  if (!response.ok) throw await problemOf(response)
  const said = /filename="?([^";]+)"?/.exec(response.headers.get('content-disposition') ?? '')
  const file = await reached(() => response.blob())
  return { name: said?.[1] ?? path.split('/').at(-1) ?? 'file', file, headers: response.headers }
}

async function asked<Answer>(
  method: string,
  path: string,
  body?: BodyInit,
  signal?: AbortSignal,
  type = 'application/json',
): Promise<Answer> {
  const headers = headersOf(method)
  if (body !== undefined) headers.set('Content-Type', type)
  const response = await fetched(path, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
    ...(signal === undefined ? {} : { signal }),
  })
  if (!response.ok) throw await problemOf(response)
  if (response.status === 204) return undefined as Answer
  return reached(() => response.json() as Promise<Answer>)
}

function fetched(path: string, options: RequestInit): Promise<Response> {
  return reached(() => fetch(path, { credentials: 'same-origin', redirect: 'error', ...options }))
}

/** The connection may break while the body comes too, or a page of something in between stand in its place. */
async function reached<Part>(part: () => Promise<Part>): Promise<Part> {
  try {
    return await part()
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new OfflineError()
  }
}

function headersOf(method: string): Headers {
  const headers = new Headers({ Accept: 'application/json', 'Accept-Language': language() })
  if (method !== 'GET' && csrfToken !== null) headers.set('X-CSRF-Token', csrfToken)
  return headers
}

async function problemOf(response: Response): Promise<ProblemError> {
  if (response.status === 401) whenUnknown()
  const said = ((await response.json().catch(() => null)) ?? {}) as Record<string, unknown>
  return new ProblemError(
    response.status,
    textOr(said.type, 'about:blank'),
    textOr(said.title, response.statusText),
    textOr(said.detail, ''),
    Array.isArray(said.errors) ? said.errors.filter(isFieldProblem) : [],
  )
}

/** A text where there is one: whatever stands between here and the server may answer in its place. */
function textOr(value: unknown, other: string): string {
  return typeof value === 'string' ? value : other
}

function isFieldProblem(value: unknown): value is FieldProblem {
  const { parameter, detail } = (value ?? {}) as Record<string, unknown>
  return typeof parameter === 'string' && typeof detail === 'string'
}

function queryOf(query: Query): string {
  const said = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === '') continue
    for (const each of Array.isArray(value) ? value : [value]) said.append(name, String(each))
  }
  const text = said.toString()
  return text ? `?${text}` : ''
}
