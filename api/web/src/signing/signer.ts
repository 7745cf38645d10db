/**
 * Who signs: a key file that is open in this page, or a wallet (EIP-1193).
 *
 * What is signed is always computed by the page from the bytes themselves (`drafts/`, `acts/`), never taken from a
 * server. A signer may refuse what it cannot do (`cannot`): no wallet signs a bare digest, and few sign a
 * transaction without sending it.
 */
import type { Address, Hex } from 'viem'

/** A consent's content, which a wallet is given as EIP-712 typed data and a key file as the digest of it. */
export interface Consent {
  chainId: number
  ledger: Address
  content: Hex
  body: Hex
  validUntil: bigint
}

/** A legacy transaction with a gas price of 0, as every engine that the ledger runs on takes it. */
export interface Transaction {
  chainId: number
  nonce: number
  gas: bigint
  to: Address
  data: Hex
}

/** What a signer may be unable to do. */
export type Ability = 'consent' | 'transaction' | 'record' | 'text'

export interface Signer {
  readonly address: Address
  readonly kind: 'file' | 'wallet'
  can(ability: Ability): boolean
  /** Sign a consent to a document; 64 bytes, r and vs of EIP-2098. */
  consent(consent: Consent): Promise<Hex>
  /** Sign a transaction without sending it; the raw transaction. */
  transaction(transaction: Transaction): Promise<Hex>
  /** Sign the digest of a record (a name or note) that goes with what is sent; 64 bytes, EIP-2098. */
  record(digest: Hex): Promise<Hex>
  /** Sign a text by EIP-191, to sign in by EIP-4361; 65 bytes. */
  text(text: string): Promise<Hex>
}
