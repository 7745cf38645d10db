/** A signer whose key was opened from a keystore file, and lies in the memory of this page. */
import {
  bytesToHex,
  hashMessage,
  keccak256,
  serializeSignature,
  serializeTransaction,
  type Hex,
  type Signature,
} from 'viem'
import { privateKeyToAddress, sign } from 'viem/accounts'

import { compact, consentDigest } from '../signatures'
import type { Signer, Transaction } from '../signer'

/**
 * Return a signer of a key that is handed out for one signature at a time.
 *
 * @param use Calls back with the private key, or throws where it is gone. The text that viem takes it as lives
 *   no longer than the signature; only the bytes are kept, since those can be zeroed.
 */
export function fileSigner(use: <T>(work: (key: Uint8Array) => T) => T): Signer {
  const signed = (hash: Hex): Promise<Signature> =>
    use((key) => sign({ hash, privateKey: bytesToHex(key), to: 'object' }))
  return {
    address: use((key) => privateKeyToAddress(bytesToHex(key))),
    kind: 'file',
    can: () => true,
    consent: async (consent) => compact(await signed(consentDigest(consent))),
    record: async (digest) => compact(await signed(digest)),
    text: async (text) => serializeSignature(await signed(hashMessage(text))),
    transaction: async (transaction) => {
      const fields = legacy(transaction)
      return serializeTransaction(fields, await signed(keccak256(serializeTransaction(fields))))
    },
  }
}

/** The transaction as viem writes it: a legacy one with a gas price of 0. */
export function legacy(transaction: Transaction) {
  return { ...transaction, type: 'legacy', gasPrice: 0n, value: 0n } as const
}
