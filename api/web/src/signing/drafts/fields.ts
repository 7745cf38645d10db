/** What the two sides of a document are called, which differs by its kind. */
import type { Draft } from './draft'
import type { Kind } from './kinds'
import type { Field } from './typed'

/** What a document's `from` is called. */
export function fromField(draft: Draft): Field {
  const kind = subject(draft)
  if (kind === 'receipt' || kind === 'opening') return 'source'
  return kind === 'recall' || kind === 'lift' ? 'issuer' : 'site'
}

/** What a document's `to` is called. */
export function toField(draft: Draft): Field {
  const kind = subject(draft)
  if (kind === 'receipt' || kind === 'opening') return 'site'
  return kind === 'issue' ? 'consignee' : 'receivingSite'
}

function subject(draft: Draft): Kind {
  return draft.original?.kind ?? draft.kind
}
