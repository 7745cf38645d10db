import { hexToBytes, type Address, type Hex } from 'viem'
import { describe, expect, it } from 'vitest'

import { fileSigner } from '@/signing/keys/file-signer'
import { consentDigest, signedBy } from '@/signing/signatures'

import vectors from '../../vectors/signing.json'

const key = hexToBytes(vectors.key as Hex)
const signer = fileSigner((work) => work(key))
const { digest, signature, validUntil, ...rest } = vectors.consent
const consent = {
  ...(rest as { chainId: number; ledger: Address; content: Hex; body: Hex }),
  validUntil: BigInt(validUntil),
}

describe('a key file signs as the client does', () => {
  it('has the same address', () => {
    expect(signer.address).toBe(vectors.address)
  })

  it('a consent', async () => {
    expect(consentDigest(consent)).toBe(digest)
    expect(await signer.consent(consent)).toBe(signature)
    expect(await signedBy(digest as Hex, signature as Hex)).toBe(vectors.address)
  })

  it('a record', async () => {
    expect(await signer.record(vectors.record.digest as Hex)).toBe(vectors.record.signature)
  })

  it('a text', async () => {
    expect(await signer.text(vectors.signIn.text)).toBe(vectors.signIn.signature)
  })

  it.each(vectors.transactions)('a transaction with number $nonce', async ({ raw, gas, to, data, ...fields }) => {
    const transaction = { ...fields, gas: BigInt(gas), to: to as Address, data: data as Hex }
    expect(await signer.transaction(transaction)).toBe(raw)
  })
})
