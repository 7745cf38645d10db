/** A server for tests: `fetch` answers with what is laid down, and remembers what it was asked. */
import { vi } from 'vitest'

export interface AskedOf {
  readonly method: string
  readonly path: string
  readonly body: any // any: JSON of whatever was sent
  readonly headers: Headers
}

export type Answering = (asked: AskedOf) => { status?: number; body?: unknown } | Error

/** Answer by method and path, `'POST /v1/sign-in'`; a function or a fixed answer. What is not named is 404. */
export function serverAnswers(answers: Record<string, Answering | unknown>): AskedOf[] {
  const asked: AskedOf[] = []
  vi.stubGlobal('fetch', async (path: string, options: RequestInit = {}) => {
    const method = options.method ?? 'GET'
    const body = typeof options.body === 'string' ? JSON.parse(options.body) : undefined
    const request = { method, path, body, headers: new Headers(options.headers) }
    asked.push(request)
    const answer = answers[`${method} ${path.split('?')[0]}`]
    const fixed = answer === undefined ? { status: 404 } : { body: answer }
    const found = typeof answer === 'function' ? (answer as Answering)(request) : fixed
    if (found instanceof Error) throw found
    const status = found.status ?? 200
    return new Response(status === 204 ? null : JSON.stringify(found.body ?? problem(status)), { status })
  })
  return asked
}

/** An answer that comes, or fails, when the test says so. */
export function late(): { answer: Promise<Response>; resolve(body: unknown): void; reject(error: Error): void } {
  let resolve!: (answer: Response) => void
  let reject!: (error: Error) => void
  const answer = new Promise<Response>((come, fail) => ([resolve, reject] = [come, fail]))
  return { answer, resolve: (body) => resolve(new Response(JSON.stringify(body))), reject }
}

/** A refusal as the server writes it. */
export function problem(status: number, type = 'urn:shecang:problem:example', detail = 'it is refused, do this') {
  return { type, title: 'refused', status, detail, errors: [] }
}
