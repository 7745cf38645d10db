/** Notes of documents, which stay in the office: only their salted digest is signed. */
import type { Hex } from 'viem'

import { canonical, type Json } from '../canonical'
import { SigningRefusal } from '../refusal'
import { keyOf, shortKey, type Draft } from './draft'
import { taggedDigest } from './tagged'
import { bare, utf8 } from './words'

/** A note as the server shows it beside its draft. */
export interface Note {
  content: object
  /** 128 random bits of the server. */
  salt: string
}

/** The salted digest of a note, as a draft has it. */
export function noteDigest({ content, salt }: Note): Hex {
  return taggedDigest('shecang/body/1', salt, utf8(canonical(content as Json)))
}

/**
 * What the sender signs of a note beside the transaction.
 *
 * @throws SigningRefusal where it is not the note whose digest the draft has.
 */
export function noteToSign(draft: Draft, note: Note): Hex {
  if (!/^[0-9a-f]{32}$/.test(note.salt) || noteDigest(note) !== draft.body) {
    throw new SigningRefusal('signingDrafts.noteDiffers', { draft: shortKey(draft) })
  }
  const noName = taggedDigest('shecang/name/1', note.salt, '', '')
  return taggedDigest('shecang/record/1', utf8(`document/${keyOf(draft)}`), bare(noName), bare(draft.body))
}
