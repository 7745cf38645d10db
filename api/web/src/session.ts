/**
 * Who is asking: the session that the server keeps, as far as this page knows it.
 *
 * The session itself is a cookie that no script reads. Its second token goes with whatever changes something; it is
 * kept where all tabs of the page find it, since they share the cookie.
 */
import { reactive } from 'vue'

import { get, OfflineError, onUnknownCaller, ProblemError, send, setCsrf, type Schemas } from '@/api/client'
import { remember, remembered } from '@/remembered'
import { SigningRefusal } from '@/signing/refusal'
import type { Signer } from '@/signing/signer'

const KEPT = 'shecang.csrf'
const LONGEST = 8 * 3_600 // seconds of a session

/**
 * `who` is null until the server has been asked, and where it could not be. Where a session ends by itself, `who` is
 * whose it was: what somebody was typing stays where it is until they sign in again.
 */
export const session = reactive<{ who: Schemas['Who'] | null; isOver: boolean }>({ who: null, isOver: false })

let asked: Promise<void> | null = null
/** How often somebody has signed in or out here: what was asked before that is out of date. */
let changes = 0
const enders: (() => void)[] = []

/** Ask once who is asking; views are shown only afterwards, so that none asks as somebody else. */
export function sessionKnown(): Promise<void> {
  asked ??= loadSession()
  return asked
}

/** Ask who is asking. Where the server cannot say, what is known stays, and is asked again. */
export async function loadSession(): Promise<void> {
  const token = remembered(KEPT)
  if (token !== null) setCsrf(token) // else what this tab knows, where the browser keeps nothing
  const before = changes
  try {
    const who = await get<Schemas['Who']>('/v1/sign-in')
    if (before === changes) learned(who)
  } catch (error) {
    if (!(error instanceof ProblemError || error instanceof OfflineError)) throw error
    if (error instanceof OfflineError || error.status !== 401) asked = null
    else if (before === changes) learned(null)
  }
}

function learned(who: Schemas['Who'] | null): void {
  session.isOver = who?.account == null && session.who?.account != null
  if (!session.isOver) session.who = who
}

/** Whether somebody is known. */
export function isSignedIn(): boolean {
  return session.who?.account != null && !session.isOver
}

/** Sign in by the key of a reader account. */
export async function signInWithAccount(key: string): Promise<void> {
  begun(await send<Schemas['SignedIn']>('POST', '/v1/sign-in', { key: key.trim() }))
}

/**
 * Sign in by a text that a key signs (EIP-4361). It names this page's own server, whatever the server says of itself.
 */
export async function signInWithSigner(signer: Signer): Promise<void> {
  const given = await get<Schemas['Nonce']>('/v1/sign-in/nonce')
  // Nothing that a server says may put lines of its own into what is signed.
  if (!/^[0-9A-Za-z]{8,64}$/.test(given.nonce) || !Number.isSafeInteger(given.chain_id)) {
    throw new SigningRefusal('signIn.nonceWrong')
  }
  const now = Math.floor(Date.now() / 1_000)
  const message = signInText({
    domain: location.host,
    address: signer.address,
    uri: location.origin,
    chainId: given.chain_id,
    nonce: given.nonce,
    issuedAt: now,
    expiresAt: now + LONGEST,
  })
  const signature = await signer.text(message)
  begun(await send<Schemas['SignedIn']>('POST', '/v1/sign-in', { message, signature }))
}

/** End the session, here and at the server. Keys are locked first, whether the server can be reached or not. */
export async function signOut(): Promise<void> {
  endAll()
  try {
    await send('DELETE', '/v1/sign-in')
  } catch (error) {
    // One that the server does not know any more is over.
    if (!(error instanceof ProblemError && (error.status === 401 || error.status === 403))) throw error
  }
  keep(null)
  changed(null)
}

/** Have something done whenever a session is ended here. */
export function whenSignedOut(end: () => void): void {
  enders.push(end)
}

function endAll(): void {
  for (const end of enders) end()
}

/** What a request to sign in says. */
export interface SignInRequest {
  readonly domain: string
  readonly address: string
  readonly uri: string
  readonly chainId: number
  readonly nonce: string
  /** Seconds since 1970. */
  readonly issuedAt: number
  readonly expiresAt: number
}

/** The text that is signed, in the one form that the server takes (`ledger_client/sign_in.py`). */
export function signInText(request: SignInRequest): string {
  return [
    `${request.domain} wants you to sign in with your Ethereum account:`,
    request.address,
    '',
    '',
    `URI: ${request.uri}`,
    'Version: 1',
    `Chain ID: ${request.chainId}`,
    `Nonce: ${request.nonce}`,
    `Issued At: ${toSecond(request.issuedAt)}`,
    `Expiration Time: ${toSecond(request.expiresAt)}`,
  ].join('\n')
}

function toSecond(seconds: number): string {
  return new Date(seconds * 1_000).toISOString().replace('.000Z', 'Z')
}

function begun({ csrf_token, account, divisions, scopes }: Schemas['SignedIn']): void {
  keep(csrf_token)
  changed({ account, divisions, scopes })
}

function changed(who: Schemas['Who'] | null): void {
  changes += 1
  session.who = who
  session.isOver = false
}

function keep(token: string | null): void {
  setCsrf(token)
  remember(KEPT, token)
}

/** A session ends after some hours, or with its account, and the page learns so by what it is refused. */
let isChecking = false
onUnknownCaller(() => {
  if (isChecking || !isSignedIn()) return
  isChecking = true
  void loadSession().finally(() => (isChecking = false))
})

// Somebody signed in or out in another tab, which has the same cookie.
window.addEventListener('storage', ({ key, newValue }) => {
  // All is cleared where there is no key.
  if (key !== KEPT && key !== null) return
  // Whoever signs out means the whole browser: no key stays open in a tab that was forgotten.
  if (newValue === null) {
    endAll()
    setCsrf(null)
    changed(null)
  }
  void loadSession()
})
