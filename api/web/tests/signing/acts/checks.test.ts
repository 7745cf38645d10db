/**
 * What is compared before an act is signed: nothing in it differs from what is trusted and what was asked.
 */
import { describe, expect, it } from 'vitest'

import { checkForm, checkTrust, readAct, say, type ActForm } from '@/signing/acts'
import { bodyDigest, nameDigest, type ActRecord } from '@/signing/acts/records'
import { SigningRefusal } from '@/signing/refusal'

import { altered, at, EVERY, leaves, put, TRUST, vector, type Path } from './vectors'

function refusal(check: () => unknown): SigningRefusal {
  try {
    check()
  } catch (error) {
    if (error instanceof SigningRefusal) return error
    throw error
  }
  throw new Error('it was taken')
}

function differs(json: unknown, form: ActForm): SigningRefusal {
  return refusal(() => checkForm(readAct(json), form))
}

describe('the trust file', () => {
  it.each(EVERY)('%s', (_, { act: json }) => {
    const act = readAct(json)
    checkTrust(act, TRUST)
    const lies = [
      ['chain', { ...act, chainId: act.chainId + 1 }],
      ['genesis', { ...act, genesis: `0x${'00'.repeat(32)}` }],
      ['ledger', { ...act, ledger: act.address }],
      ['contract', { ...act, address: act.ledger }],
      ['contract', { ...act, contract: 'constructor' }],
    ] as const
    for (const [field, lie] of lies) {
      const { code, values } = refusal(() => checkTrust(lie as typeof act, TRUST))
      expect(code).toBe('signingActs.ledgerDiffers')
      expect(values.field).toBe(`signingActs.fields.${field}`)
      expect(values.came).not.toBe(values.expected)
    }
  })

  it('compares every contract with its own address', () => {
    const called = ['Directory', 'SupplierRegistry', 'Catalogue', 'Norms', 'Reallocation', 'StockLedger']
    for (const name of called) {
      const contracts = { ...TRUST.contracts, [name]: TRUST.contracts.LedgerSteps! }
      const refused = EVERY.filter(([, { act }]) => {
        try {
          checkTrust(readAct(act), { ...TRUST, contracts })
          return false
        } catch {
          return true
        }
      })
      const expected = EVERY.filter(([, { act }]) => name === 'StockLedger' || act.contract === name)
      expect(refused).toEqual(expected)
      expect(refused.length).toBeGreaterThan(1)
    }
  })
})

describe('what a form leaves to the server', () => {
  const LEFT: Record<string, string[]> = {
    'close-division, no successor': ['by'],
    'register-site, nearest grant': ['by'],
    'grant, nearest grant': ['by'],
    'veto, nearest grant': ['by'],
    'set-floors, nearest grant': ['by'],
    'prove-count': ['document'],
    'declare-emergency': ['by'],
    'end-emergency, nearest grant': ['by'],
    'request, bare': ['by'],
    'withdraw-request, nearest grant': ['by'],
    'propose, by hand': ['by'],
    'withdraw-proposals, as approver': ['by'],
    'approve, nearest grant': ['by'],
    'approve-with-consent': ['giver', 'receiver', 'lots', 'validUntil'],
    'approve-with-consent, handed over today': [
      'by', 'giver', 'receiver', 'occurredAt', 'lots', 'validUntil',
    ], // prettier-ignore
    show: ['kind', 'document'],
  }

  it.each(EVERY)('%s', (name, { act, form }) => {
    const filled = checkForm(readAct(act), form)
    const left = (LEFT[name] ?? []).map((each) => `signingActs.fields.${each}`)
    expect(filled.map(({ field }) => field)).toEqual(left)
  })

  it('is shown as people read it', () => {
    const open = vector('approve-with-consent, handed over today')
    const filled = checkForm(readAct(open.act), open.form)
    expect(filled.map(({ value }) => value)).toEqual([
      '4201',
      '420106001001101',
      '420102001002301',
      '2026-09-21 00:00',
      'a100000000000000000000000000000000000001 1234',
      '2026-09-29 00:00',
    ])
  })

  it('is refused where it fits nothing', () => {
    const lies: [string, Path, unknown][] = [
      ['register-site, nearest grant', ['arguments', 'authorityDivision'], '420102'],
      ['set-floors, nearest grant', ['arguments', 'authorityDivision'], '420106001001'],
      ['set-floors, nearest grant', ['arguments', 'authorityDivision'], '42010'],
      ['request, bare', ['arguments', 'keeperDivision'], '420106'],
      ['approve-with-consent', ['arguments', 'validUntil'], '4000000000'],
      ['approve', ['gas'], 400_001],
      ['approve', ['gas'], 300_000 + 2 * 220_000 + 14_000],
      ['approve', ['gas'], 300_000 + 2 * 220_000 + 129 * 14_000],
      ['show', ['gas'], 300_000],
      ['prove-count', ['gas'], 200_000],
    ]
    for (const [name, path, other] of lies) {
      const { act, form } = vector(name)
      const { code, values } = differs(put(act, path, other), form)
      expect(code, name).toBe('signingActs.leftDiffers')
      expect(values.came).toBe(String(other === '4000000000' ? '2096-10-02 15:06:40' : other))
    }
  })

  it('is refused where a consent would count for years, from a time that the server chose', () => {
    const { act, form } = vector('approve-with-consent, handed over today')
    const at = (name: string, seconds: number, one: typeof act) => put(one, name.split('.'), String(seconds))
    const far = Math.floor(Date.now() / 1_000) + 7_200
    const later = at('arguments.validUntil', far + 7 * 86_400, at('arguments.document.occurredAt', far, act))
    expect(differs(later, form)).toMatchObject({
      code: 'signingActs.leftDiffers',
      values: { field: 'signingActs.fields.occurredAt' },
    })
  })

  it('may be any grant above the place', () => {
    const { act, form } = vector('set-floors, nearest grant')
    for (const division of ['420106001', '420106', '4201', '42', '0']) {
      checkForm(readAct(put(act, ['arguments', 'authorityDivision'], division)), form)
    }
  })
})

describe('each member of an act', () => {
  it.each(EVERY)('%s', (name, { act: json, form }) => {
    const honest = JSON.stringify(checkForm(readAct(json), form))
    for (const path of leaves(json)) {
      if (path[0] === 'id' || ['chain_id', 'genesis', 'ledger', 'address'].includes(String(path[0]))) continue
      const other = put(json, path, altered(at(json, path)))
      const where = `${name}: ${path.join('.')}`
      let filled: string
      try {
        filled = JSON.stringify(checkForm(readAct(other), form))
      } catch (error) {
        expect(error, where).toBeInstanceOf(SigningRefusal)
        continue
      }
      const isShown = ['show', 'prove-count'].includes(form.act) && path[1] === 'document'
      // What the form left open is shown as filled in; of a shown document the sentences say it.
      if (!isShown) expect(filled, where).not.toBe(honest)
      else if (!['clientId', 'to'].includes(String(path.at(-1)))) {
        expect(say(readAct(other), 'zh'), where).not.toEqual(say(readAct(json), 'zh'))
      }
    }
  })

  it('says field, what was asked, and what came', () => {
    const [signer, other] = [vector('request').form.by.address, '0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF']
    const needless = '需求依据不足 (the need is not shown)'
    const unsuitable = '物资不适用 (the goods do not suit the need)'
    const [night, midnight] = ['2026-12-20 23:59:59', '2026-12-21 00:00']
    const asking = ['arguments', 'asking']
    const cases: [string, Path, unknown, string, string, string][] = [
      ['request', [...asking, 'quantity'], '7', 'quantity', '9223372036854775807', '7'],
      ['request', [...asking, 'neededBy'], '1797782400', 'neededBy', night, midnight],
      ['request', [...asking, 'urgency'], 1, 'urgency', 'critical', 'routine'],
      ['reject', ['arguments', 'reason'], 133, 'reason', needless, unsuitable],
      ['request', ['sender'], other, 'signer', signer, other],
      ['request', ['gas'], 400_001, 'gas', '400000', '400001'],
      ['grant', ['arguments', 'role'], 2, 'role', 'issuer', 'keeper'],
    ] // prettier-ignore
    for (const [name, path, lie, field, asked, came] of cases) {
      const { act, form } = vector(name)
      const { code, values } = differs(put(act, path, lie), form)
      expect(code).toBe('signingActs.differs')
      expect(values).toMatchObject({ field: `signingActs.fields.${field}`, asked, came })
    }
  })

  it('says in which line', () => {
    const { act, form } = vector('set-floors')
    const { code, values } = differs(put(act, ['arguments', 'floors', 1, 'quantity'], '1'), form)
    expect(code).toBe('signingActs.lineDiffers')
    expect(values).toMatchObject({ line: '2', field: 'signingActs.fields.floor', came: '1' })
    const fewer = (at(act, ['arguments', 'floors']) as unknown[]).slice(1)
    const { values: counted } = differs(put(act, ['arguments', 'floors'], fewer), form)
    expect(counted).toMatchObject({ asked: '2', came: '1' })
  })
})

describe('another act, true in itself', () => {
  it('of whichever form', () => {
    for (const [name, { form }] of EVERY) {
      for (const [other, { act }] of EVERY) {
        if (name === other) continue
        const same = form.act === vector(other).form.act && isLoose(name)
        if (!same) differs(act, form)
      }
    }
  })

  /** What another vector may be where one leaves its grant open: the same act on a grant of its own. */
  function isLoose(name: string): boolean {
    return name.includes('nearest grant')
  }

  it('with another name or note, and its own digest', () => {
    const site = vector('register-site')
    for (const change of [{ zh: '别的名称' }, { en: 'Another' }, { en: '' }]) {
      const { values } = differs(registered(site.act, change), site.form)
      expect(values.field).toBe(`signingActs.fields.${Object.keys(change)[0]}`)
    }
    const request = vector('request')
    const note = (request.form as { note: string }).note
    for (const body of [{ note: '别的' }, { note, more: 1 }, {}]) {
      const { values } = differs(noted(request.act, { body }), request.form)
      expect(values.field).toBe('signingActs.fields.note')
    }
  })

  it('without the note, or with one that nobody wrote', () => {
    const [request, bare] = [vector('request'), vector('request, bare')]
    const none = put(request.act, ['arguments', 'asking', 'body'], `0x${'00'.repeat(32)}`)
    expect(differs({ ...none, record: null }, request.form).values.field).toBe('signingActs.fields.note')
    const record = { ...(request.act.record as ActRecord), body: { note: '未写' } }
    const some = put({ ...bare.act, record }, ['arguments', 'asking', 'body'], bodyDigest(record))
    expect(differs(some, bare.form).values.field).toBe('signingActs.fields.note')
  })

  it('under another salt and id, which are the server’s', () => {
    const request = vector('request')
    const other = { ...noted(request.act, { salt: `0x${'11'.repeat(16)}` }), id: `0x${'22'.repeat(16)}` }
    checkForm(readAct(other), request.form)
  })

  it('with a signature that only its sender makes', () => {
    const signature = `0x${'11'.repeat(64)}`
    const request = vector('request')
    const signed = put(request.act, ['record', 'signature'], signature)
    expect(differs(signed, request.form).values.field).toBe('signingActs.fields.signature')
    const approval = vector('approve-with-consent')
    const consented = put(approval.act, ['arguments', 'consent', 'r'], `0x${'11'.repeat(32)}`)
    expect(differs(consented, approval.form).values.field).toBe('signingActs.fields.signature')
  })

  function registered(json: Record<string, unknown>, change: Partial<ActRecord>): Record<string, unknown> {
    const record = { ...(json.record as ActRecord), ...change }
    return put({ ...json, record }, ['arguments', 'nameDigest'], nameDigest(record))
  }

  function noted(json: Record<string, unknown>, change: Partial<ActRecord>): Record<string, unknown> {
    const record = { ...(json.record as ActRecord), ...change }
    return put({ ...json, record }, ['arguments', 'asking', 'body'], bodyDigest(record))
  }
})

describe('forms that mean nothing', () => {
  it.each<[string, Record<string, unknown>]>([
    ['request', { needed_by: '2026-02-30' }],
    ['request', { needed_by: '2026-12-20T10:00' }],
    ['request', { needed_by: 'tomorrow' }],
    ['request', { quantity: '1e3' }],
    ['request', { reason: 'key-lost' }],
    ['request', { urgency: 'soon' }],
    ['request', { consignee: 'А1' }],
    ['approve-with-consent', { deadline: null }],
    ['approve-with-consent', { kind: 'hand-over' }],
    ['register-supplier', { by: { address: '0x8AFb0EE4110a6F7EeE7705Af0021e40341535990' } }],
    ['grant', { holder: 'somebody' }],
    ['register-division', { division: 'Wuhan' }],
    ['execute-replacement', { replacement: 1.5 }],
    ['register-item', { unit: 'pieces' }],
    ['propose', { lots: [{ lot: 'f'.repeat(41), quantity: '1' }] }],
    ['propose', { lots: [{ lot: 'f'.repeat(40), quantity: `${2n ** 63n}` }] }],
  ])('%s %j', (name, change) => {
    const { act, form } = vector(name)
    const { code } = differs(act, { ...form, ...change } as ActForm)
    expect(code).toMatch(/^signing(Acts|Drafts)\.formUnread$/)
  })
})
