import { describe, expect, it, vi } from 'vitest'

import { download, get, OfflineError } from '@/api/client'
import { sayError } from '@/signing/sayError'

/** The refusal that the page makes of an answer. */
function refusalOf(body: string): Promise<unknown> {
  vi.stubGlobal('fetch', async () => new Response(body, { status: 502, statusText: 'Bad Gateway' }))
  return get('/v1/health').catch((error: unknown) => error)
}

it.each([
  ['nothing', 'null'],
  ['a list', '[]'],
  ['no JSON', '<html>'],
  ['members of other kinds', '{"type": 1, "title": {}, "detail": [], "errors": {"a": 1}}'],
  ['errors of other kinds', '{"errors": [null, 3, {"parameter": "a"}]}'],
])('a refusal in another form is said all the same: %s', async (_, body) => {
  const refusal = await refusalOf(body)
  expect(refusal).toMatchObject({ status: 502, type: 'about:blank', title: 'Bad Gateway', detail: '', errors: [] })
  expect(sayError(refusal)).toBe('Bad Gateway')
})

it('a refusal that names malformed members is said once', async () => {
  const errors = [{ parameter: 'limit', value: '0', detail: 'write a number from 1 on' }]
  const refusal = await refusalOf(JSON.stringify({ detail: 'limit: write a number from 1 on', errors }))
  expect(refusal).toMatchObject({ errors })
  expect(sayError(refusal)).toBe('limit: write a number from 1 on')
})

/** A body that breaks off while it comes, as when the connection does. */
function broken(error: unknown): ReadableStream {
  return new ReadableStream({ start: (body) => body.error(error) })
}

describe('an answer of which the body does not come', () => {
  it.each([
    ['since the connection breaks', () => broken(new TypeError('network error'))],
    ['since something in between answers in its place', () => '<html>'],
  ])('is out of reach: %s', async (_, body) => {
    vi.stubGlobal('fetch', async () => new Response(body()))
    await expect(get('/v1/health')).rejects.toBeInstanceOf(OfflineError)
  })

  it('is out of reach where it is a file', async () => {
    vi.stubGlobal('fetch', async () => new Response(broken(new TypeError('network error'))))
    await expect(download('/v1/evidence/1')).rejects.toBeInstanceOf(OfflineError)
  })

  it('is dropped where it is not waited for any more', async () => {
    vi.stubGlobal('fetch', async () => new Response(broken(new DOMException('left', 'AbortError'))))
    await expect(get('/v1/health')).rejects.toMatchObject({ name: 'AbortError' })
  })
})
