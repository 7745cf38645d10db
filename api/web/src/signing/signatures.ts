/** Signatures in the two forms that the ledger takes, and the typed data of a consent. */
import {
  compactSignatureToSignature,
  hashTypedData,
  parseCompactSignature,
  parseSignature,
  recoverAddress,
  serializeCompactSignature,
  signatureToCompactSignature,
  type Address,
  type Hex,
  type Signature,
} from 'viem'

import type { Consent } from './signer'

/** A consent as EIP-712 typed data, which a wallet shows. */
export function typedConsent(consent: Consent) {
  return {
    domain: { chainId: consent.chainId, verifyingContract: consent.ledger },
    types: {
      Consent: [
        { name: 'content', type: 'bytes32' },
        { name: 'body', type: 'bytes32' },
        { name: 'validUntil', type: 'uint64' },
      ],
    },
    primaryType: 'Consent',
    message: { content: consent.content, body: consent.body, validUntil: consent.validUntil },
  } as const
}

/** The 32 bytes that a consent signs, by EIP-712: nothing signed for one ledger counts on another. */
export function consentDigest(consent: Consent): Hex {
  return hashTypedData(typedConsent(consent))
}

/** 64 bytes of EIP-2098 of a signature, as contracts take it. */
export function compact(signature: Signature): Hex {
  return serializeCompactSignature(signatureToCompactSignature(signature))
}

/** The signature in 65 bytes of a wallet, whose last byte is 27, 28, 0 or 1; null where it is none. */
export function parsed(signature: unknown): Signature | null {
  if (typeof signature !== 'string' || !/^0x[0-9a-fA-F]{130}$/.test(signature)) return null
  try {
    return parseSignature(signature as Hex)
  } catch {
    return null
  }
}

/** Who signed a digest with 64 bytes of EIP-2098; null where nobody did. */
export async function signedBy(digest: Hex, signature: Hex): Promise<Address | null> {
  if (!/^0x[0-9a-f]{128}$/.test(signature)) return null
  try {
    const whole = compactSignatureToSignature(parseCompactSignature(signature))
    return await recoverAddress({ hash: digest, signature: whole })
  } catch {
    return null // r or s is no number of the curve, or no point has it
  }
}
