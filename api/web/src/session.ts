/** Who is asking: the session that the server keeps, as far as this page knows it. */
import { reactive } from 'vue'

import { get, OfflineError, ProblemError, type Schemas } from '@/api/client'

/** `who` is null until the server has been asked, and where it could not be. */
export const session = reactive<{ who: Schemas['Who'] | null }>({ who: null })

let asked: Promise<void> | null = null

/** Ask once who is asking; views are shown only afterwards, so that none asks as somebody else. */
export function sessionKnown(): Promise<void> {
  asked ??= loadSession()
  return asked
}

/** Ask who is asking. */
export async function loadSession(): Promise<void> {
  try {
    session.who = await get<Schemas['Who']>('/v1/sign-in')
  } catch (error) {
    if (!(error instanceof ProblemError || error instanceof OfflineError)) throw error
    session.who = null
  }
}

/** Whether somebody is known. */
export function isSignedIn(): boolean {
  return session.who?.account != null
}
