import { expect, it, vi } from 'vitest'

import { get } from '@/api/client'
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
