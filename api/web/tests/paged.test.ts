import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { effectScope, ref, type EffectScope } from 'vue'

import { OfflineError, ProblemError } from '@/api/client'
import { useLanguage } from '@/i18n'
import { everyRow, rowsUpTo, usePaged } from '@/paged'

import { late, serverAnswers, type AskedOf } from './answers'

interface Page {
  rows: string[]
  next_after: string | null
}

const scopes: EffectScope[] = []
function listing(first: string | null = 'east') {
  const place = ref(first)
  const scope = effectScope()
  scopes.push(scope)
  const list = scope.run(() =>
    usePaged<Page, string>(
      () => (place.value === null ? null : { path: `/v1/${place.value}`, query: { limit: 2 } }),
      (page) => page.rows,
    ),
  )!
  return { place, list }
}
/** Two pages. */
const east = ({ path }: AskedOf) => ({
  body: path.includes('after=b') ? { rows: ['c'], next_after: null } : { rows: ['a', 'b'], next_after: 'b' },
})

afterEach(() => scopes.splice(0).forEach((scope) => scope.stop()))

describe('a list', () => {
  it('comes page by page, until there is no more', async () => {
    const asked = serverAnswers({ 'GET /v1/east': east })
    const { list } = listing()
    await flushPromises()
    expect([list.rows.value, list.hasMore.value]).toEqual([['a', 'b'], true])
    await list.more()
    expect([list.rows.value, list.hasMore.value, list.isComing.value]).toEqual([['a', 'b', 'c'], false, false])
    await list.more()
    expect(asked.map((each) => each.path)).toEqual(['/v1/east?limit=2', '/v1/east?limit=2&after=b'])
  })

  it('tells whoever wanted more that it did not come, and keeps what there is', async () => {
    serverAnswers({ 'GET /v1/east': east })
    const { list } = listing()
    await flushPromises()
    serverAnswers({ 'GET /v1/east': () => new TypeError('away') })
    await expect(list.more()).rejects.toThrow(OfflineError)
    expect([list.rows.value, list.hasMore.value, list.isComing.value]).toEqual([['a', 'b'], true, false])
  })

  it('begins anew with its first page when it is asked again', async () => {
    serverAnswers({ 'GET /v1/east': east })
    const { list } = listing()
    await flushPromises()
    await list.more()
    await list.first.again()
    expect(list.rows.value).toEqual(['a', 'b'])
  })

  it('of one place never stands below another', async () => {
    serverAnswers({ 'GET /v1/east': east, 'GET /v1/west': () => new TypeError('away') })
    const { place, list } = listing()
    await flushPromises()
    await list.more()
    place.value = 'west'
    await flushPromises()
    expect([list.rows.value, list.hasMore.value]).toEqual([[], false])
  })

  it.each([
    ['comes', (page: ReturnType<typeof late>) => page.resolve({ rows: ['c'], next_after: null })],
    ['fails', (page: ReturnType<typeof late>) => page.reject(new TypeError('away'))],
  ])('is not touched by a page of the place before, which %s late', async (_, settle) => {
    serverAnswers({ 'GET /v1/east': east })
    const { place, list } = listing()
    await flushPromises()
    const page = late()
    vi.stubGlobal('fetch', (path: string) =>
      path.includes('after') ? page.answer : Promise.resolve(new Response('{"rows": ["w"], "next_after": "w"}')),
    )
    const more = list.more()
    place.value = 'west'
    await flushPromises()
    settle(page)
    await more
    expect(list.rows.value).toEqual(['w'])
  })

  it('is empty where nothing is asked', async () => {
    const asked = serverAnswers({})
    const { list } = listing(null)
    await list.more()
    expect([list.rows.value, list.hasMore.value, asked]).toEqual([[], false, []])
  })
})

describe('every row of a list', () => {
  /** Numbers up to ten, three to a page. */
  const numbers = ({ path }: AskedOf) => {
    const after = Number(new URL(path, 'http://x').searchParams.get('after') ?? 0)
    const rows = [1, 2, 3].map((each) => String(after + each)).filter((each) => Number(each) <= 10)
    return { body: { rows, next_after: after + 3 < 10 ? after + 3 : null } }
  }
  const rowsOf = (page: Page) => page.rows

  it('comes, also from the middle on', async () => {
    serverAnswers({ 'GET /v1/numbers': numbers })
    expect(await everyRow('/v1/numbers', {}, rowsOf)).toHaveLength(10)
    expect(await everyRow('/v1/numbers', { after: 6 }, rowsOf)).toEqual(['7', '8', '9', '10'])
    expect(await everyRow('/v1/numbers', {}, rowsOf, 10)).toHaveLength(10)
  })

  it('is refused where it is too long, rather than cut off in silence', async () => {
    serverAnswers({ 'GET /v1/numbers': numbers })
    useLanguage('en')
    const refused = everyRow('/v1/numbers', {}, rowsOf, 6)
    await expect(refused).rejects.toThrow(ProblemError)
    await expect(refused).rejects.toThrow('more than 6 rows')
  })

  it('is cut off where a part is wanted, which says so', async () => {
    serverAnswers({ 'GET /v1/numbers': numbers })
    expect(await rowsUpTo('/v1/numbers', {}, rowsOf, 6)).toEqual({ rows: ['1', '2', '3', '4', '5', '6'], isAll: false })
    expect(await rowsUpTo('/v1/numbers', {}, rowsOf, 11)).toMatchObject({ isAll: true })
  })
})
