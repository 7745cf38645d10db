/** Acts are read strictly: what is written in another way, or cannot be said, is none. */
import { describe, expect, it } from 'vitest'

import { keyOf, readAct, recordDigestOf, say } from '@/signing/acts'
import { calldataOf, keyText } from '@/signing/acts/act'
import { SigningRefusal } from '@/signing/refusal'

import { at, EVERY, put, vector, type Path } from './vectors'

const STRANGE = [
  null, true, -1, 1.5, 2 ** 53, 2 ** 70, '', '0x', '0X00', '0x0g', '0x00', '01', '１', `${2n ** 64n}`,
  'x'.repeat(300), '\u202e', '\u001b[2J', '\ud800', [], {}, [[]], { a: 1 },
] // prettier-ignore

function refusal(json: unknown): SigningRefusal {
  try {
    readAct(json)
  } catch (error) {
    if (error instanceof SigningRefusal) return error
    throw error
  }
  throw new Error('it was read')
}

/** Where something stands in a JSON value, whatever it holds. */
function places(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  const inner = Object.entries(value).flatMap(([name, each]) =>
    places(each, [...path, Array.isArray(value) ? Number(name) : name]),
  )
  return [path, ...inner]
}

describe('what the client makes', () => {
  it.each(EVERY)('%s', (_, { act: json, data, key, record_digest }) => {
    const act = readAct(json)
    expect(calldataOf(act)).toBe(data)
    expect(keyOf(act) === null ? null : keyText(keyOf(act)!)).toBe(key)
    expect(recordDigestOf(act)).toBe(record_digest)
    expect(act.gas).toBe(BigInt(json.gas as number))
    expect(act.json).toEqual(json)
  })

  it('has an act of every function, names and notes among them', () => {
    expect(new Set(EVERY.map(([, { act }]) => `${act.contract}.${act.function}`)).size).toBe(44)
    expect(EVERY.filter(([, { record_digest }]) => record_digest).length).toBeGreaterThan(8)
  })
})

describe('what is none', () => {
  it('whatever strange value stands in whichever place', () => {
    let [refused, taken] = [0, 0]
    for (const [, { act: json }] of EVERY) {
      const before = calldataOf(readAct(json))
      for (const path of places(json)) {
        for (const strange of STRANGE) {
          const other = put(json, path, strange)
          if (JSON.stringify(other) === JSON.stringify(json)) continue
          try {
            const act = readAct(other)
            const isOther = calldataOf(act) !== before || path[0] !== 'arguments'
            expect(isOther, `${path.join('.')}: ${JSON.stringify(strange)}`).toBe(true)
            expect(say(act, 'en').every((each) => !/\p{C}/u.test(each))).toBe(true)
            taken += 1
          } catch (error) {
            expect(error).toBeInstanceOf(SigningRefusal)
            refused += 1
          }
        }
      }
    }
    expect(taken).toBeGreaterThan(0)
    expect(refused).toBeGreaterThan(10 * taken)
  }, 60_000)

  it('with a member left out or added', () => {
    for (const [, { act: json }] of EVERY) {
      for (const path of places(json)) {
        const name = path.at(-1)
        if (typeof name !== 'string' || path.slice(0, -1).includes('body')) continue
        const rest = { ...(at(json, path.slice(0, -1)) as Record<string, unknown>) }
        delete rest[name]
        refusal(put(json, path.slice(0, -1), rest))
        refusal(put(json, [...path.slice(0, -1), `${name}2`], 1))
        refusal(put(json, path.slice(0, -1), { ...rest, ['__proto__']: at(json, path) }))
      }
    }
  })

  it('with calldata that somebody else computed', () => {
    const { act, data } = vector('approve')
    refusal({ ...act, data })
  })

  it.each([
    ['StockLedger', 'issue'],
    ['LedgerSteps', 'reverse'],
    ['Reallocation', 'proposalOf'],
    ['Directory', 'expire'],
    ['Nothing', 'expire'],
    ['constructor', 'constructor'],
    ['Reallocation', 'toString'],
  ])('%s.%s', (contract, name) => {
    const { act } = vector('expire-proposals')
    expect(refusal({ ...act, contract, function: name }).values.where).toBe('function')
  })

  it('with the arguments of another function', () => {
    refusal({ ...vector('approve').act, function: 'reject' })
  })

  it.each([
    ['grant', 'role', 7],
    ['withdraw-proposals', 'role', 9],
    ['set-terms', 'mode', 6],
    ['set-terms', 'mode', 0],
    ['issue-qualification', 'grade', 5],
    ['issue-qualification', 'grade', 0],
    ['show', 'kind', 99],
    ['show', 'kind', 16],
    ['show', 'kind', 2],
    ['approve-with-consent', 'kind', 5],
    ['register-item', 'unit', '0x1b5b4b'],
    ['reject', 'reason', 0x8000 | 132],
  ])('%s with a number that means nothing: %s %s', (name, argument, value) => {
    refusal(put(vector(name).act, ['arguments', argument], value))
  })

  it('with lines that no contract accepts', () => {
    const bad = `0x${'f'.repeat(64)}`
    for (const name of ['show', 'approve-with-consent', 'prove-count']) {
      refusal(put(vector(name).act, ['arguments', 'document', 'lines'], [bad]))
    }
    const { act } = vector('propose')
    refusal(put(act, ['arguments', 'offer', 'lines'], [bad]))
    const [first] = at(act, ['arguments', 'offer', 'lines']) as [string]
    const withReason = `0x${(BigInt(first) | (5n << 80n)).toString(16)}`
    refusal(put(act, ['arguments', 'offer', 'lines', 0], withReason))
  })

  it('with lines of a document in another order', () => {
    const { act } = vector('prove-count')
    const path = ['arguments', 'document', 'lines']
    const [one, two, three, four] = at(act, path) as string[]
    refusal(put(act, path, [three, four, one, two]))
  })

  it('with a list that is too long', () => {
    const { act } = vector('expire-proposals')
    const path = ['arguments', 'proposals']
    refusal(put(act, path, Array.from({ length: 513 }, () => '0x1')))
    expect(readAct(put(act, path, Array.from({ length: 512 }, () => '0x1'))).function).toBe('expire')
  })
})

describe('names and notes', () => {
  it('of another digest', () => {
    for (const [path, other] of [
      [['zh'], 'West site'],
      [['en'], 'West site'],
      [['salt'], `0x${'11'.repeat(16)}`],
    ] as const) {
      const json = put(vector('register-site').act, ['record', ...path], other)
      expect(refusal(json).code).toBe('signingActs.recordDiffers')
    }
    const json = put(vector('request').act, ['record', 'body', 'note'], 'else')
    expect(refusal(json).code).toBe('signingActs.recordDiffers')
  })

  const unplain = ['  East  site ', 'Ｅast site', 'East\u200bsite', 'E\u0430st', 'East\ufe0f', '\ud800']

  it.each(unplain)('%j', (en) => {
    expect(refusal(put(vector('register-site').act, ['record', 'en'], en)).values.where).toBe('record.en')
  })

  it('missing, or one too many', () => {
    for (const [, { act: json }] of EVERY) {
      if (json.record) refusal({ ...json, record: null })
    }
    const { record } = vector('register-site').act
    refusal({ ...vector('close-site').act, record })
  })

  it('with what nobody would be shown', () => {
    refusal(put(vector('register-site').act, ['record', 'body', 'note'], 'hidden'))
    refusal(put(vector('request').act, ['record', 'zh'], '名'))
  })

  it('that are about what the act says', () => {
    const json = vector('register-site').act
    const other = put(json, ['arguments', 'site_'], '420106001001999')
    expect(recordDigestOf(readAct(other))).not.toBe(recordDigestOf(readAct(json)))
  })

  it('with numbers that are said in more than one way', () => {
    refusal(put(vector('request').act, ['record', 'body'], { note: 1e300 }))
    refusal(put(vector('request').act, ['record', 'body'], { note: 0.1 }))
  })
})

