import { describe, expect, it } from 'vitest'

import type { Schemas } from '@/api/client'
import { stepsOf } from '@/views/keeper/steps'

type Request = Schemas['RequestAnswer']

function answer(request: object, said: object = {}): Request {
  const row = { quantity: '150', accepted: '0', promised: '0', open: '150', state: 'open', ...request }
  return { request: row, proposals: [], deliveries: [], not_shown: [], ...said } as unknown as Request
}

const proposal = (state: string, quantity: string) => ({ state, quantity })
const delivery = (state: string, quantity: string, accepted = '0') => ({ state, quantity, accepted })

function states(request: Request): string[] {
  return stepsOf(request).map((step) => step.state)
}

describe('how far a request is', () => {
  it('begins with being asked', () => {
    expect(states(answer({}))).toEqual(['done', 'now', 'later', 'later', 'later'])
  })

  it('goes on when somebody is found, and when it is decided', () => {
    expect(states(answer({}, { proposals: [proposal('proposed', '42')] }))).toEqual([
      ...['done', 'done', 'now', 'later', 'later'],
    ])
    const decided = answer({}, { proposals: [proposal('approved', '42'), proposal('rejected', '99')] })
    expect(states(decided)).toEqual(['done', 'done', 'done', 'now', 'later'])
    expect(stepsOf(decided)[2]?.quantity).toBe(42n)
  })

  it('falls back where what was found is withdrawn, rejected or over', () => {
    const gone = ['rejected', 'withdrawn', 'expired'].map((state) => proposal(state, '10'))
    expect(states(answer({}, { proposals: gone }))[1]).toBe('now')
  })

  it('is on the way once something left, also where nobody let it count yet', () => {
    const proposals = [proposal('approved', '42')]
    const left = answer({}, { proposals, deliveries: [delivery('dispatched', '42')] })
    expect(states(left)).toEqual(['done', 'done', 'done', 'done', 'now'])
    expect(stepsOf(left)[3]?.quantity).toBe(42n)
    expect(states(answer({}, { proposals, not_shown: [{}] }))[3]).toBe('done')
    expect(states(answer({}, { proposals, deliveries: [delivery('reversed', '42')] }))[3]).toBe('now')
  })

  it('has arrived when all is accepted, and says how much until then', () => {
    const proposals = [proposal('approved', '150')]
    const partly = answer({ accepted: '145' }, { proposals, deliveries: [delivery('answered', '150', '145')] })
    expect(stepsOf(partly)[4]).toEqual({ name: 'arrived', state: 'now', quantity: 145n })
    const whole = answer({ accepted: '150', state: 'covered' }, { proposals })
    expect(states(whole)).toEqual(['done', 'done', 'done', 'done', 'done'])
  })

  it('stands still once it is withdrawn', () => {
    expect(states(answer({ state: 'withdrawn' }))).toEqual(['done', 'later', 'later', 'later', 'later'])
  })
})
