/** What acts say: the client's sentences word for word, all that is signed, and nothing else. */
import { describe, expect, it } from 'vitest'

import { readAct, say } from '@/signing/acts'
import { calldataOf } from '@/signing/acts/act'
import { SigningRefusal } from '@/signing/refusal'

import { altered, at, EVERY, leaves, put, vector } from './vectors'

/** Arguments that no sentence has, and why. */
const UNSAID = new Set([
  'propose.clientId', // its key is said, which follows from it
  'request.clientId', // likewise
  'show.clientId', // of a recorded document nobody looks at it again
  'proveCount.clientId', // likewise
  'proveCount.to', // a count names one site; what was recorded otherwise is refused
])

describe.each(['zh', 'en'] as const)('in %s', (language) => {
  it.each(EVERY)('%s', (_, { act: json, sentences }) => {
    expect(say(readAct(json), language)).toEqual(sentences[language])
  })

  it('says another sentence of each argument that is another one', () => {
    let told = 0
    for (const [name, { act: json }] of EVERY) {
      const before = readAct(json)
      for (const path of leaves(json.arguments)) {
        const other = put(json, ['arguments', ...path], altered(at(json, ['arguments', ...path])))
        const act = readOrNull(other)
        if (!act) continue
        expect(calldataOf(act), `${name}: ${path.join('.')}`).not.toBe(calldataOf(before))
        // A consent is made when it is signed; after the year 9999 one time is as far away as another.
        const isOpen = json.function === 'approveWithConsent' && path[0] === 'consent'
        const isNever = name === 'accredit, for ever' && path[0] === 'until'
        if (isOpen || isNever || UNSAID.has(`${json.function as string}.${path.at(-1)}`)) continue
        expect(say(act, language), `${name}: ${path.join('.')}`).not.toEqual(say(before, language))
        told += 1
      }
    }
    expect(told).toBeGreaterThan(150)
  })

  it('says who signs, and where', () => {
    for (const [, { act: json }] of EVERY) {
      const act = readAct(json)
      const others = [
        { ...act, sender: act.address },
        { ...act, chainId: act.chainId + 1 },
        { ...act, address: act.sender },
        { ...act, gas: act.gas + 1n },
      ]
      for (const other of others) expect(say(other, language)).not.toEqual(say(act, language))
    }
  })
})

describe('names', () => {
  const names = {
    site: (site: bigint) => (site === 420102001002301n ? '西城社区储备点' : undefined),
    item: () => '口罩',
    quantity: (quantity: bigint) => `${quantity / 10n} 盒`,
    division: () => '武昌区',
    party: () => '第一医院',
  }

  it('stand beside codes, and never in their place', () => {
    const [first, ...rest] = say(readAct(vector('request, bare').act), 'zh', names)
    expect(first).toBe(
      '西城社区储备点（储备点 420102001002301）申请口罩（物品 299010110001） 40（4 盒），最迟 2026-12-20 23:59，常规。',
    )
    expect(rest).toContain('所依据的授权：武昌区（行政区划 420102）。')
    expect(say(readAct(vector('request').act), 'en', names)[0]).toContain('for 第一医院 (')
    expect(say(readAct(vector('set-floors').act), 'zh', names)[1]).toBe('  口罩（物品 299010110001）：500（50 盒）')
  })

  it('of documents, too', () => {
    expect(say(readAct(vector('show').act), 'en', names)[1]).toBe(
      '  Dispatch: goods leave site 420106001001101 for 西城社区储备点 (site 420102001002301).',
    )
  })
})

it('tells times as the clocks of the ledger show them', () => {
  const act = readAct(vector('suspend-qualification').act)
  expect(say(act, 'en', {}, 0)).toContain('It takes effect at 2026-08-31 16:00.')
  expect(say(act, 'en')).toContain('It takes effect at 2026-09-01 00:00.')
  const path = ['arguments', 'effectiveAt']
  const never = readAct(put(vector('suspend-qualification').act, path, `${2n ** 60n}`))
  expect(say(never, 'zh')).toContain('生效时间：9999 年之后。')
})

it('lets no note move anything', () => {
  const act = readAct(vector('request').act)
  const body = { note: 'a\u001b[2J\u202eb\u009b', b: [1, null, { c: false }], '𠀀': 1, '｡': 2 }
  const said = say({ ...act, record: { ...act.record!, body } }, 'en')
  expect(said.every((each) => !/\p{C}/u.test(each))).toBe(true)
  const note = '{"b": [1, null, {"c": false}], "note": "a\\u001b[2J\\u202eb\\u009b", "｡": 2, "𠀀": 1}'
  expect(said).toContain(`Note, off chain: ${note}`)
})

function readOrNull(json: unknown) {
  try {
    return readAct(json)
  } catch (error) {
    if (error instanceof SigningRefusal) return null
    throw error
  }
}
