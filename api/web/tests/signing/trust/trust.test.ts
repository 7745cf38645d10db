import { describe, expect, it } from 'vitest'

import { SigningRefusal } from '@/signing/refusal'
import { canonical, type Json } from '@/signing/canonical'
import { fingerprintGroups, parseFingerprint, readTrustFile, TRUST_FILE_LIMIT } from '@/signing/trust/trust'

import vectors from '../../vectors/trust.json'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const written = (value: Json): Uint8Array => bytes(`${canonical(value)}\n`)
const accepted = (): Record<string, any> => JSON.parse(vectors.accepted.text) // any: members of all kinds are altered

describe('a trust file of the commands', () => {
  it.each(Object.entries(vectors))('is read as the client reads it: %s', (name, vector) => {
    const { trust, isOffer, text } = readTrustFile(bytes(vector.text))
    expect(fingerprintGroups(trust.fingerprint)).toBe(vector.groups)
    expect(isOffer).toBe(name === 'offer' || name === 'successor')
    expect(text).toBe(vector.text)
    const { chainId, genesis, ledger, offset, contracts, witnesses } = vector
    expect(trust).toMatchObject({ chainId, genesis, ledger, offset, contracts, witnesses })
  })

  it('has one fingerprint, whether it was accepted or not', () => {
    expect(vectors.offer.groups).toBe(vectors.accepted.groups)
    expect(vectors.offer.groups).not.toBe(vectors.successor.groups)
  })
})

describe('another file', () => {
  it('is refused by its size, before it is decoded', () => {
    expect(() => readTrustFile(new Uint8Array(TRUST_FILE_LIMIT + 1))).toThrowError('keys.refusals.trustTooLarge')
  })

  it.each([
    ['empty', ''],
    ['not JSON', '{"type"'],
    ['a list', '[]\n'],
    ['deep', `${'['.repeat(600)}${']'.repeat(600)}\n`],
    ['a number', '1\n'],
  ])('is refused: %s', (_, text) => {
    expect(() => readTrustFile(bytes(text))).toThrowError(SigningRefusal)
  })

  it.each([
    ['spaces', JSON.stringify(accepted(), null, 1)],
    ['no end of line', vectors.accepted.text.trimEnd()],
    ['two ends of line', `${vectors.accepted.text}\n`],
    ['a byte order mark', `\ufeff${vectors.accepted.text}`],
    ['a member twice', vectors.accepted.text.replace('"threshold":2', '"threshold":2,"threshold":2')],
    ['a number with a point', vectors.accepted.text.replace('"threshold":2', '"threshold":2.0')],
    ['a number that no reader keeps', vectors.accepted.text.replace('"spacing":16', '"spacing":9007199254740993')],
  ])('is refused though it means the same: %s', (_, text) => {
    expect(() => readTrustFile(bytes(text))).toThrowError(SigningRefusal)
  })

  it('is refused with any member missing, added or of another form', () => {
    const walk = (value: Json, change: (altered: Json) => Json): void => {
      if (value === null || typeof value !== 'object') {
        for (const other of [-1, 'x', true, [], {}, 2 ** 60]) refuse(change(other))
      } else if (Array.isArray(value)) {
        value.forEach((each, at) => walk(each, (altered) => change(value.with(at, altered))))
        refuse(change([...value, ...value]))
      } else {
        refuse(change({ ...value, another: 1 }))
        for (const [name, member] of Object.entries(value)) {
          const { [name]: _, ...rest } = value
          refuse(change(rest))
          // The names of slots are the compiler's, and no reader knows them.
          if (name !== 'slots') walk(member, (altered) => change({ ...value, [name]: altered }))
        }
      }
    }
    let refusals = 0
    const refuse = (value: Json): void => {
      refusals += 1
      expect(() => readTrustFile(written(value)), canonical(value).slice(-400)).toThrowError(SigningRefusal)
    }
    walk(accepted(), (altered) => altered)
    expect(refusals).toBeGreaterThan(200)
  })

  it.each([
    ['witnesses out of order', (file: any) => file.trust.witnesses.reverse()],
    ['a witness twice', (file: any) => (file.trust.witnesses[1] = file.trust.witnesses[0])],
    ['a threshold of half', (file: any) => (file.trust.threshold = 1)],
    ['a threshold above all', (file: any) => (file.trust.threshold = 4)],
    ['no witness', (file: any) => Object.assign(file.trust, { witnesses: [], threshold: 0 })],
    ['spacing of 0', (file: any) => (file.trust.spacing = 0)],
    ['spacing above what can be shown', (file: any) => (file.trust.spacing = 10_001)],
    ['a clock that no place has', (file: any) => (file.trust.offset = 9_000_000_000_000)],
    ['upper case', (file: any) => (file.trust.genesis_hash = file.trust.genesis_hash.toUpperCase())],
  ])('is refused: %s', (_, change) => {
    const file = accepted()
    change(file)
    expect(() => readTrustFile(written(file))).toThrowError('keys.refusals.trustMalformed')
  })

  it('has another fingerprint where one field says something else', () => {
    const file = accepted()
    file.trust.contracts.Norms.address = '00'.repeat(20)
    expect(fingerprintGroups(readTrustFile(written(file)).trust.fingerprint)).not.toBe(vectors.accepted.groups)
  })

  it('names the version that it cannot read', () => {
    const file = accepted()
    file.trust.version = 1
    expect(() => readTrustFile(written(file))).toThrowError(
      expect.objectContaining({ code: 'keys.refusals.trustVersion', values: { version: '1' } }),
    )
  })

  it('is refused as an offer whose approvals are out of order', () => {
    const file = JSON.parse(vectors.successor.text)
    file.approvals.reverse()
    expect(() => readTrustFile(written(file))).toThrowError('keys.refusals.trustMalformed')
  })
})

describe('a fingerprint that somebody types', () => {
  it('may have anything between its digits', () => {
    const { groups } = vectors.offer
    const one = parseFingerprint(groups.replaceAll(' ', ':').toUpperCase())
    expect(one && fingerprintGroups(one)).toBe(groups)
    expect(parseFingerprint(groups.slice(1))).toBeNull()
    expect(parseFingerprint('')).toBeNull()
  })
})
