/**
 * A wallet by EIP-1193: it keeps its key, shows what it is asked to sign, and asks its owner.
 *
 * Whatever it returns is held to what was asked: the signature has to be of its address over the very bytes. No
 * wallet signs a bare digest, so that none signs a record; and few sign a transaction without sending it.
 */
import {
  getAddress,
  isAddress,
  numberToHex,
  parseTransaction,
  recoverMessageAddress,
  recoverTransactionAddress,
  serializeSignature,
  serializeTransaction,
  stringToHex,
  type Address,
  type Hex,
  type TransactionSerializedLegacy,
} from 'viem'

import { SigningRefusal } from '../refusal'
import { compact, consentDigest, parsed, signedBy, typedConsent } from '../signatures'
import type { Ability, Consent, Signer, Transaction } from '../signer'
import { legacy } from './file-signer'
import { requireSafePlace } from './place'

/** What a wallet gives to a page (EIP-1193). */
export interface Provider {
  request(asked: { method: string; params?: unknown }): Promise<unknown>
  on?(event: 'accountsChanged' | 'disconnect', run: () => void): void
  removeListener?(event: 'accountsChanged' | 'disconnect', run: () => void): void
}

/** A wallet that is there. */
export interface Wallet {
  readonly name: string
  readonly provider: Provider
}

/** A wallet whose owner has let this page in. */
export interface Connected {
  readonly signer: Signer
  readonly disconnect: () => void
}

const DECLINED = 4001
const UNSUPPORTED = new Set([-32601, -32004, 4200])
const MOST_WALLETS = 20
const LONGEST_NAME = 60

/**
 * Find the wallets of this browser: those that announce themselves (EIP-6963), else the one in its old place.
 *
 * @param signal Ends the search.
 */
export async function findWallets(signal?: AbortSignal, milliseconds = 200): Promise<Wallet[]> {
  const found: Wallet[] = []
  const announced = (event: Event): void => {
    const wallet = walletOf((event as CustomEvent<unknown>).detail)
    const isNew = wallet !== null && found.every((each) => each.provider !== wallet.provider)
    if (isNew && found.length < MOST_WALLETS) found.push(wallet)
  }
  window.addEventListener('eip6963:announceProvider', announced)
  window.dispatchEvent(new Event('eip6963:requestProvider'))
  await new Promise<void>((done) => {
    setTimeout(done, milliseconds)
    signal?.addEventListener('abort', () => done(), { once: true })
  })
  window.removeEventListener('eip6963:announceProvider', announced)
  const old = (window as { ethereum?: unknown }).ethereum
  if (found.length === 0 && isProvider(old)) found.push({ name: '', provider: old })
  return found
}

/**
 * Ask a wallet's owner to let this page in.
 *
 * @param whenGone Called when the owner takes another account or ends the connection.
 */
export async function connectWallet({ provider }: Wallet, whenGone: () => void): Promise<Connected> {
  requireSafePlace()
  const accounts = await asked(provider, 'eth_requestAccounts', [])
  const first: unknown = Array.isArray(accounts) ? accounts[0] : null
  if (typeof first !== 'string' || !isAddress(first, { strict: false })) throw refused('walletNoAccount')
  const signer = walletSigner(provider, getAddress(first), await signsTransactions(provider))
  provider.on?.('accountsChanged', whenGone)
  provider.on?.('disconnect', whenGone)
  return {
    signer,
    disconnect: () => {
      provider.removeListener?.('accountsChanged', whenGone)
      provider.removeListener?.('disconnect', whenGone)
    },
  }
}

function walletSigner(provider: Provider, address: Address, hasTransactions: boolean): Signer {
  const abilities: Record<Ability, boolean> = {
    consent: true,
    text: true,
    transaction: hasTransactions,
    record: false,
  }
  return {
    address,
    kind: 'wallet',
    can: (ability) => abilities[ability],
    consent: (consent) => signConsent(provider, address, consent),
    text: (text) => signText(provider, address, text),
    transaction: (transaction) => signTransaction(provider, address, transaction),
    record: () => Promise.reject(refused('walletNoRecord')),
  }
}

/** Whether a wallet signs without sending; it is asked with nothing to sign, which shows nothing to its owner. */
async function signsTransactions(provider: Provider): Promise<boolean> {
  try {
    await provider.request({ method: 'eth_signTransaction', params: [] })
    return true
  } catch (error) {
    const { code, message } = told(error)
    return !UNSUPPORTED.has(code) && !/not (exist|available|supported|implemented)|unsupported/i.test(message)
  }
}

async function signConsent(provider: Provider, address: Address, consent: Consent): Promise<Hex> {
  const { domain, types, primaryType, message } = typedConsent(consent)
  const EIP712Domain = [
    { name: 'chainId', type: 'uint256' },
    { name: 'verifyingContract', type: 'address' },
  ]
  const shown = {
    domain,
    types: { EIP712Domain, ...types },
    primaryType,
    message: { ...message, validUntil: String(message.validUntil) },
  }
  const given = parsed(await asked(provider, 'eth_signTypedData_v4', [address, JSON.stringify(shown)]))
  if (given === null) throw refused('walletSignature')
  const signature = compact(given)
  const signer = await signedBy(consentDigest(consent), signature)
  if (signer !== address) throw refused('walletSignature')
  return signature
}

async function signText(provider: Provider, address: Address, text: string): Promise<Hex> {
  const given = parsed(await asked(provider, 'personal_sign', [stringToHex(text), address]))
  if (given === null) throw refused('walletSignature')
  const signature = serializeSignature(given)
  const signer = await recoverMessageAddress({ message: text, signature }).catch(() => null)
  if (signer !== address) throw refused('walletSignature')
  return signature
}

async function signTransaction(provider: Provider, address: Address, transaction: Transaction): Promise<Hex> {
  const fields = {
    from: address,
    to: transaction.to,
    data: transaction.data,
    gas: numberToHex(transaction.gas),
    gasPrice: '0x0',
    value: '0x0',
    nonce: numberToHex(transaction.nonce),
    chainId: numberToHex(transaction.chainId),
  }
  const answer = await asked(provider, 'eth_signTransaction', [fields])
  const raw = typeof answer === 'object' && answer !== null && 'raw' in answer ? answer.raw : answer
  if (!(await isSigned(raw, address, transaction))) throw refused('walletTransaction')
  return raw as Hex
}

/** Whether bytes are exactly a transaction, signed by an address: a wallet may change gas or price. */
async function isSigned(raw: unknown, address: Address, transaction: Transaction): Promise<boolean> {
  if (typeof raw !== 'string' || !/^0x([0-9a-f]{2})+$/.test(raw)) return false
  const serializedTransaction = raw as TransactionSerializedLegacy
  try {
    const { r, s, v, ...fields } = parseTransaction(serializedTransaction)
    const isSame = serializeTransaction(fields) === serializeTransaction(legacy(transaction))
    return isSame && (await recoverTransactionAddress({ serializedTransaction })) === address
  } catch {
    return false // no transaction, or nobody signed it
  }
}

async function asked(provider: Provider, method: string, params: unknown[]): Promise<unknown> {
  try {
    return await provider.request({ method, params })
  } catch (error) {
    const { code, message } = told(error)
    if (code === DECLINED) throw refused('walletDeclined')
    throw refused('walletFailed', { message: message.slice(0, 200) })
  }
}

function told(error: unknown): { code: number; message: string } {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown }
  return { code: typeof code === 'number' ? code : 0, message: typeof message === 'string' ? message : '' }
}

function walletOf(detail: unknown): Wallet | null {
  const { info, provider } = (detail ?? {}) as { info?: { name?: unknown }; provider?: unknown }
  if (!isProvider(provider)) return null
  return { name: typeof info?.name === 'string' ? info.name.slice(0, LONGEST_NAME) : '', provider }
}

function isProvider(value: unknown): value is Provider {
  return typeof value === 'object' && value !== null && typeof (value as Provider).request === 'function'
}

function refused(code: string, values: Record<string, string> = {}): SigningRefusal {
  return new SigningRefusal(`keys.refusals.${code}`, values)
}
