import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { effectScope, ref, shallowRef, type EffectScope } from 'vue'

import { busy, useAnswer, whileBusy } from '@/answer'
import { get } from '@/api/client'
import { useLanguage } from '@/i18n'

import { problem, serverAnswers } from './answers'

const scopes: EffectScope[] = []

/** Ask for what is in a place, which can change. */
function asking(first: string | null) {
  const place = ref(first)
  const scope = effectScope()
  scopes.push(scope)
  const answered = scope.run(() =>
    useAnswer(
      (signal) => (place.value === null ? null : get<{ of: string }>(`/v1/${place.value}`, {}, signal)),
      () => place.value,
    ),
  )!
  return { place, answered, scope }
}
const EAST = { 'GET /v1/east': { of: 'east' } }
const away = () => new TypeError('away')

afterEach(() => {
  scopes.splice(0).forEach((scope) => scope.stop())
  useLanguage('en')
})

describe('what is shown', () => {
  it('comes, and stays while the same is asked again', async () => {
    serverAnswers(EAST)
    const { answered } = asking('east')
    expect([answered.state.value, answered.value.value]).toEqual(['loading', null])
    await flushPromises()
    expect([answered.state.value, answered.value.value]).toEqual(['ready', { of: 'east' }])
    const again = answered.again()
    expect([answered.state.value, answered.value.value]).toEqual(['loading', { of: 'east' }])
    await again
    expect(answered.state.value).toBe('ready')
  })

  it('stays where the server is away, and where the language changes', async () => {
    serverAnswers(EAST)
    const { answered } = asking('east')
    await flushPromises()
    serverAnswers({ 'GET /v1/east': away })
    useLanguage('zh')
    await flushPromises()
    expect([answered.state.value, answered.value.value]).toEqual(['offline', { of: 'east' }])
  })

  it('never stands below another question, neither while that is asked nor where it is not answered', async () => {
    serverAnswers({ ...EAST, 'GET /v1/west': away })
    const { place, answered } = asking('east')
    await flushPromises()
    place.value = 'west'
    await Promise.resolve() // the question is asked before anything is drawn
    expect([answered.state.value, answered.value.value]).toEqual(['loading', null])
    await flushPromises()
    expect([answered.state.value, answered.value.value]).toEqual(['offline', null])
  })

  it('is not asked for again where the question is put together anew and is the same', async () => {
    const asked = serverAnswers({ ...EAST, 'GET /v1/west': { of: 'west' } })
    const place = shallowRef({ of: 'east', seen: 1 })
    const scope = effectScope()
    scopes.push(scope)
    scope.run(() =>
      useAnswer(
        (signal) => get(`/v1/${place.value.of}`, {}, signal),
        () => ({ of: place.value.of, by: undefined }),
      ),
    )
    await flushPromises()
    place.value = { of: 'east', seen: 2 }
    await flushPromises()
    expect(asked).toHaveLength(1)
    place.value = { of: 'west', seen: 2 }
    await flushPromises()
    expect(asked.map((each) => each.path)).toEqual(['/v1/east', '/v1/west'])
  })

  it('is nothing where nothing is asked, or the server refuses', async () => {
    serverAnswers({ ...EAST, 'GET /v1/west': () => ({ status: 403, body: problem(403) }) })
    const { place, answered } = asking('east')
    await flushPromises()
    place.value = 'west'
    await flushPromises()
    expect([answered.state.value, answered.value.value]).toEqual(['refused', null])
    expect(answered.problem.value?.status).toBe(403)
    place.value = null
    await flushPromises()
    expect([answered.state.value, answered.value.value]).toEqual(['idle', null])
  })

  it('is of the last question, whichever answer comes last', async () => {
    const waiting: ((answer: Response) => void)[] = []
    vi.stubGlobal('fetch', () => new Promise((resolve) => waiting.push(resolve)))
    const { place, answered } = asking('east')
    place.value = 'west'
    await flushPromises()
    waiting[1]!(new Response('{"of": "west"}'))
    await flushPromises()
    waiting[0]!(new Response('{"of": "east"}'))
    await flushPromises()
    expect(answered.value.value).toEqual({ of: 'west' })
  })
})

describe('a page that is busy', () => {
  it('says so until every answer has come, or failed', async () => {
    serverAnswers({ 'GET /v1/east': away })
    asking('east')
    const failing = whileBusy(Promise.reject(new Error('x')))
    expect(busy.value).toBe(2)
    await expect(failing).rejects.toThrow('x')
    await flushPromises()
    expect(busy.value).toBe(0)
  })
})
