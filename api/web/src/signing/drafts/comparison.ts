/**
 * A draft compared with the form that a user filled in, member by member.
 *
 * Each difference is a refusal that says the field, what was asked and what came; what the form left to the
 * server comes back as a list, to be shown as such.
 */
import { getAddress, isAddress } from 'viem'

import { SigningRefusal } from '../refusal'
import type { Known } from './asked-lines'
import { linesOf, PARTS, shortKey, type Draft, type Part } from './draft'
import { fromField, toField } from './fields'
import type { DocumentForm, SeatForm } from './form'
import type { Line } from './lines'
import { lotId, NO_DIGEST } from './lots'
import { matchLines } from './matching'
import { meantBy, type Meant } from './meant'
import { CHINA_OFFSET, momentText } from './moments'
import { noteDigest } from './notes'
import { kindText, shown, type Raw } from './showing'
import { fieldKey, typedTime, type Field } from './typed'
import { digits, MASK_64 } from './words'

/** Something that the form left open and the server filled in. */
export interface Filled {
  /** Key of the field's name among the words. */
  field: string
  /** What stands there now, the same text in both languages; null where the name says it all. */
  value: string | null
  /** Number of the form's line, from 1; null where it is of the whole document. */
  line: number | null
}

/** What is known beside a form. */
export interface FormContext {
  /** The salt that the server chose for the note, as its answer shows it beside the draft. */
  salt?: string | null | undefined
  /** Seconds by which the ledger's days are ahead of UTC. */
  offset?: number
  /** Whether it was handed in: its note is gone from where it was prepared, and nothing is signed of it any more. */
  isSent?: boolean
}

/**
 * Compare a draft with the form that a user filled in, member by member.
 *
 * @returns What the form left to the server.
 * @throws SigningRefusal that names the first difference, or what in the form cannot be meant.
 */
export function checkForm(draft: Draft, form: DocumentForm, context: FormContext = {}): Filled[] {
  return new Comparison(draft, form, context).filled()
}

class Comparison {
  private readonly found: Filled[] = []
  private readonly known: Known
  private readonly meant: Meant
  private readonly offset: number

  constructor(
    private readonly draft: Draft,
    private readonly form: DocumentForm,
    private readonly context: FormContext,
  ) {
    this.offset = context.offset ?? CHINA_OFFSET
    this.known = new Map(draft.lots.map((each) => [lotId(each), each]))
    this.meant = meantBy(form, this.known, this.offset)
  }

  filled(): Filled[] {
    const { draft, form, meant } = this
    const { document } = draft
    if (draft.kind !== form.kind) this.refuse('kind', kindText(form.kind), kindText(draft.kind))
    this.compare(fromField(draft), meant.from, document.from)
    this.compare(toField(draft), meant.to, document.to)
    this.compareTime()
    this.compare('reason', meant.reason, document.reason)
    this.compareReference()
    this.compare('qualification', meant.qualification, document.qualification)
    this.compareDeadline()
    this.compareLines()
    if (document.clientId !== form.client_id) this.refuse('clientId', form.client_id, document.clientId)
    if (!this.context.isSent) this.compareNote()
    PARTS.forEach((part) => this.compareSeat(part, meant[part]))
    if (draft.other || draft.approver) this.fill('validUntil', momentText(draft.validUntil, this.offset))
    if (draft.consignment) this.fill('consignment', null)
    if (draft.original) this.fill('original', kindText(draft.original.kind))
    return this.found
  }

  private compare(field: Field, asked: Raw | null, came: Raw): void {
    if (asked === null) this.fill(field, shown(field, came))
    else if (asked !== came) this.refuse(field, shown(field, asked), shown(field, came))
  }

  private compareTime(): void {
    const { occurredAt, dayOnly } = this.draft.document
    const came = momentText(occurredAt, this.offset, dayOnly)
    if (!this.form.occurred_at) {
      this.fill('time', came)
      return
    }
    const asked = typedTime(this.form.occurred_at, this.offset, 'time')
    if (asked.seconds === occurredAt && asked.dayOnly === dayOnly) return
    this.refuse('time', momentText(asked.seconds, this.offset, asked.dayOnly), came)
  }

  private compareDeadline(): void {
    const [asked, came] = [this.meant.deadline, this.draft.document.deadline]
    const said = (seconds: number): string => (seconds ? momentText(seconds, this.offset) : '–')
    if (asked !== came) this.refuse('deadline', said(asked), said(came))
  }

  /** A count says the journal word that it was counted at, which ends with the entry of the stock card. */
  private compareReference(): void {
    const { reference } = this.draft.document
    if (this.form.kind !== 'count') {
      this.compare('reference', this.meant.reference, reference)
      return
    }
    this.compare('entry', this.form.entry ? BigInt(this.form.entry) : null, reference & MASK_64)
    this.fill('journal', digits(reference >> 64n, 48))
  }

  private compareLines(): void {
    const { draft, meant } = this
    const came = linesOf(draft)
    if (this.form.kind === 'receipt') this.compareHeld(came, this.form.held)
    const matched = matchLines(shortKey(draft), draft.kind, meant.lines, came)
    for (const [at, line] of meant.lines.entries()) {
      for (const { field, of } of line.open) {
        this.fill(field, shown(field, of(matched.lines[at]!), draft.kind), at + 1)
      }
    }
    for (const line of matched.beyond) {
      const lot = 'lot' in line ? line.lot : lotId(line.goods)
      if (!meant.isOfBatch?.(line)) this.refuse('line', '–', shown('lot', lot))
      this.fill('lot', shown('lot', lot))
    }
  }

  /** Goods of a receipt come in held altogether, or not at all. */
  private compareHeld(came: readonly Line[], asked: boolean | null | undefined): void {
    const isHeld = came.map((line) => line.form === 'receipt' && line.goods.own !== 0n)
    const expected = asked ?? isHeld.includes(true)
    if (isHeld.some((each) => each !== expected)) {
      const field = fieldKey(expected ? 'freeIn' : 'heldIn')
      throw new SigningRefusal('signingDrafts.heldDiffers', { draft: shortKey(this.draft), field })
    }
    if (asked === undefined || asked === null) this.fill(expected ? 'heldIn' : 'freeIn', null)
  }

  private compareNote(): void {
    const { draft, form } = this
    const texts = { note: form.note, order: 'order' in form ? form.order : null }
    const content = Object.fromEntries(Object.entries(texts).filter(([, text]) => text))
    if (!Object.keys(content).length) {
      if (draft.body !== NO_DIGEST) this.refuse('note', '–', draft.body)
      return
    }
    const { salt } = this.context
    if (!salt) throw new SigningRefusal('signingDrafts.noteUnproved', { draft: shortKey(draft) })
    const asked = noteDigest({ content, salt })
    if (asked !== draft.body) this.refuse('note', asked, shown('note', draft.body))
  }

  private compareSeat(part: Part, asked: SeatForm | null): void {
    const seat = this.draft[part]
    const address = asked && plainAddress(asked.address)
    if (address !== (seat?.address ?? null)) this.refuse(part, address ?? '–', seat?.address ?? '–')
    if (!asked || !seat) return
    const field = `${part}Division` as const
    if (!asked.division) this.fill(field, `${seat.division}`)
    else if (asked.division !== `${seat.division}`) this.refuse(field, asked.division, `${seat.division}`)
  }

  private fill(field: Field, value: string | null, line: number | null = null): void {
    this.found.push({ field: fieldKey(field), value, line })
  }

  private refuse(field: Field, asked: string, came: string): never {
    const values = { draft: shortKey(this.draft), field: fieldKey(field), asked, came }
    throw new SigningRefusal('signingDrafts.differs', values)
  }
}

function plainAddress(text: string): string {
  return isAddress(text, { strict: false }) ? getAddress(text) : text
}
