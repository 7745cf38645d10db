/**
 * What the server prepared under the identifier of a form. An identifier stands for one content alone, so that what
 * was prepared is withdrawn before other content is sent under it.
 */
import type { Hex } from 'viem'

import { get, ProblemError, send, type Schemas } from '@/api/client'
import { newClientId } from '@/client-id'
import type { ActForm } from '@/signing/acts'
import type { DocumentForm } from '@/signing/drafts'
import type { Prepared } from '@/signing/prepared'

type Body = DocumentForm | ActForm
type Draft = Schemas['DraftAnswer']

/** Milliseconds after which a server that does not answer is away: the form is not kept from its user for longer. */
const ANSWERS_WITHIN = 10_000

/** What this browser keeps of it. */
export interface KeptIdentifier {
  /** What is sent again with it is the same document. */
  readonly clientId: Hex
  /** Key of the draft that the server made; null before that. */
  readonly draft: string | null
  /** What the server was asked for then, without texts; what comes back is compared with it. */
  readonly sent: DocumentForm | null
}

export class Identified {
  #kept: KeptIdentifier = { clientId: newClientId(), draft: null, sent: null }
  /** What was prepared, as JSON; null where only what is kept of it is known. */
  #body: string | null = null

  get kept(): KeptIdentifier {
    return this.#kept
  }

  get clientId(): Hex {
    return this.#kept.clientId
  }

  get draft(): string | null {
    return this.#kept.draft
  }

  /** Go on with what was kept. */
  restore({ clientId, draft, sent }: KeptIdentifier): void {
    this.#kept = { clientId, draft, sent }
  }

  /** Take another identifier. */
  renew(): void {
    this.#kept = { clientId: newClientId(), draft: null, sent: null }
    this.#body = null
  }

  /** Remember what the server prepared. */
  hold(prepared: Prepared): void {
    this.#body = JSON.stringify(prepared.form)
    if (prepared.is !== 'draft') return
    this.#kept = { ...this.#kept, draft: prepared.answer.key, sent: withoutTexts(prepared.form as DocumentForm) }
  }

  /** Whether it stands for a content; after a reload as far as that was kept. */
  standsFor(body: Body): boolean {
    if (this.#body !== null) return this.#body === JSON.stringify(body)
    return JSON.stringify(this.#kept.sent) === JSON.stringify(withoutTexts(body as DocumentForm))
  }

  /** The server says that it stands for something else: an answer was lost, of a note that is not here any more. */
  isTaken(): void {
    if (this.draft === null) this.renew()
    else this.#body = '' // what is known is withdrawn before
  }

  /** A draft as the panel shows it: the texts are those that the server has, and all else is compared. */
  shown(answer: Draft): Prepared {
    const { sent } = this.#kept
    return { is: 'draft', answer, form: sent && withTexts(sent, answer) }
  }
}

/** Have the server prepare what is to be signed. */
export async function prepare(body: Body): Promise<Prepared> {
  if ('act' in body) return { is: 'act', form: body, answer: await send('POST', '/v1/acts', body) }
  return { is: 'draft', form: body, answer: await send('POST', '/v1/drafts', body) }
}

export async function withdraw(draft: string): Promise<void> {
  await send('DELETE', `/v1/drafts/${draft}`)
}

/** What the server has of a draft; null where it knows none. */
export async function lookAt(draft: string): Promise<Draft | null> {
  try {
    return await get<Draft>(`/v1/drafts/${draft}`, {}, AbortSignal.timeout(ANSWERS_WITHIN))
  } catch (error) {
    if (isRefusal(error, 404)) return null
    throw error
  }
}

export function isRefusal(error: unknown, ...statuses: number[]): boolean {
  return error instanceof ProblemError && statuses.includes(error.status)
}

/** A form as it is kept: a user's own texts are not. */
function withoutTexts(form: DocumentForm): DocumentForm {
  const { note: _note, order: _order, ...rest } = form as DocumentForm & { order?: unknown }
  return JSON.parse(JSON.stringify(rest)) as DocumentForm // a database takes no proxies
}

function withTexts(form: DocumentForm, { body }: Draft): DocumentForm {
  const content: Record<string, unknown> = body?.content ?? {}
  const texts = (['note', 'order'] as const).flatMap((name) =>
    typeof content[name] === 'string' ? [[name, content[name]] as const] : [],
  )
  return { ...form, ...Object.fromEntries(texts) }
}
