/**
 * What a document says before it is signed, as a keeper would say it.
 *
 * It is made from the decoded bytes, as the exact sentences are (`drafts/sentences.ts`), which stand behind it in the
 * signing panel: here are no codes of lots, keys and ledgers, and nothing that no keeper could check.
 */
import { date, occurred, quantity, short, signed } from '@/format'
import { i18n, language } from '@/i18n'
import {
  carriedBy,
  dayText,
  isMissing,
  linesOf,
  lotId,
  minute,
  NO_DIGEST,
  reasonLabel,
  reasonName,
  undoneBy,
  visibleName,
  WITHOUT_QUANTITY,
  type Draft,
  type DraftNames,
  type Kind,
  type Line,
  type LotAttributes,
} from '@/signing/drafts'

export interface Plain {
  /** What happens between whom. */
  readonly headline: string
  readonly goods: readonly string[]
  /** What was sent, or is undone, by the draft's word alone. */
  readonly carried: { readonly title: string; readonly goods: readonly string[] } | null
  readonly more: readonly string[]
}

type Content = Draft['document']
type Values = Record<string, string>

const CODE_DIGITS = 40
const SITE_DIGITS = 15

/** Kinds that name what is not as it was sent; without a line all of it is. */
const EXCEPTIONS: ReadonlySet<Kind> = new Set<Kind>(['acceptance', 'return-acceptance'])
const LISTS: ReadonlySet<Kind> = new Set<Kind>(['opening', 'count'])

/**
 * Say what a draft says.
 *
 * @param names Proved ones; codes stand where there is none.
 */
export function plainOf(draft: Draft, names: DraftNames): Plain {
  return new Saying(draft, names).all()
}

class Saying {
  private readonly known: ReadonlyMap<bigint, LotAttributes>
  private readonly things: Things

  constructor(
    private readonly draft: Draft,
    names: DraftNames,
  ) {
    this.things = new Things(names)
    this.known = new Map(draft.lots.map((each) => [lotId(each), each]))
  }

  all(): Plain {
    const { draft } = this
    return {
      headline: this.headline(),
      goods: linesOf(draft).map((line) => this.line(line, draft.kind)),
      carried: this.carried(),
      more: this.more(),
    }
  }

  private headline(): string {
    const { kind, document, original } = this.draft
    if (original) return say('reversal', { what: this.happening(original.kind, original.document, false) })
    return this.happening(kind, document, document.lines === '0x')
  }

  private happening(kind: Kind, document: Content, isEmpty: boolean): string {
    const sides = this.sides(kind, document)
    if (isEmpty && EXCEPTIONS.has(kind)) return say(`whole.${kind}`, sides)
    if (isEmpty && LISTS.has(kind)) return say(`nothing.${kind}`, sides)
    return say(`kinds.${kind}`, sides)
  }

  /** Of a receipt, issue or recall one side is no site. */
  private sides(kind: Kind, { from, to }: Content): Values {
    if (kind === 'receipt') return { from: this.things.party(from, 'from'), to: this.things.site(to) }
    if (kind === 'issue') return { from: this.things.site(from), to: this.things.party(to, 'consignee') }
    if (kind === 'recall' || kind === 'lift') {
      return { from: from ? this.things.party(from, 'issuer') : say('authority'), to: '' }
    }
    return { from: this.things.site(from), to: this.things.site(to) }
  }

  private carried(): Plain['carried'] {
    const { draft } = this
    if (draft.consignment) {
      return { title: say('carried'), goods: carriedBy(draft).map((line) => this.line(line, null)) }
    }
    const { original } = draft
    if (!original) return null
    return { title: say('undone'), goods: undoneBy(draft).map((line) => this.line(line, original.kind)) }
  }

  private more(): string[] {
    const { document, kind, body } = this.draft
    const found = [say('when', { time: momentOf(document.occurredAt, document.dayOnly) })]
    const why = reasonOf(document.reason, kind)
    if (why) found.push(say('why', { why }))
    if (document.deadline) found.push(say('deadline', { time: momentOf(document.deadline, false) }))
    if (body !== NO_DIGEST) found.push(say('note'))
    return found
  }

  /** @param kind Of the document that the line is of; null for what was sent. */
  private line(line: Line, kind: Kind | null): string {
    if (line.form === 'receipt') return this.received(line.goods, line.accepted, line.rejected, line.reason)
    if (line.form === 'opening') return this.goods(line.goods, [this.things.amount(line.quantity, line.goods.item)])
    if (line.form === 'repack') {
      const before = this.lot(line.lot, [this.quantityOf(line.lot, line.quantity)])
      const after = this.goods(line.output, [this.things.amount(line.outputQuantity, line.output.item)])
      return withReason(say('becomes', { before, after }), line.reason)
    }
    if (line.form === 'count') return this.lot(line.lot, [this.counted(line.lot, line.counted, line.expected, line.reason)])
    if (kind !== null && WITHOUT_QUANTITY.has(kind)) return this.lot(line.lot, [])
    const units = this.quantityOf(line.lot, line.quantity)
    const what = isMissing(line)
      ? say('missing', { quantity: units })
      : kind === 'acceptance'
        ? say('returned', { quantity: units })
        : units
    return this.lot(line.lot, [withReason(what, line.reason, kind ?? undefined)])
  }

  private received(goods: LotAttributes, accepted: bigint, rejected: bigint, reason: number): string {
    const parts = [this.things.amount(accepted, goods.item)]
    if (rejected) {
      parts.push(withReason(say('rejected', { quantity: this.things.amount(rejected, goods.item) }), reason))
    }
    return this.goods(goods, parts)
  }

  private counted(lot: bigint, counted: bigint, expected: bigint, reason: number): string {
    const found = this.quantityOf(lot, counted)
    if (counted === expected) return say('asItShould', { counted: found })
    const values = { counted: found, expected: this.quantityOf(lot, expected), difference: signed(counted - expected) }
    return withReason(say('counted', values), reason)
  }

  /** Goods whose attributes are known, and what is said of them. */
  private goods(goods: LotAttributes, said: readonly string[]): string {
    const parts = [this.things.item(goods.item), ...said]
    if (goods.expires) parts.push(say('until', { day: dayOf(goods.expires) }))
    if (goods.own) parts.push(say('held'))
    return parts.join(' · ')
  }

  /** A batch: by what it is where the draft proves it, else by the first digits of its code. */
  private lot(lot: bigint, said: readonly string[]): string {
    const goods = this.known.get(lot)
    if (goods) return this.goods(goods, said)
    return [say('batch', { code: short(hex(lot)) }), ...said].join(' · ')
  }

  private quantityOf(lot: bigint, value: bigint): string {
    const goods = this.known.get(lot)
    return goods ? this.things.amount(value, goods.item) : quantity(value)
  }
}

/** How things are called: by a proved name, else by code. */
export class Things {
  constructor(private readonly names: DraftNames) {}

  amount(value: bigint, item: bigint): string {
    return visibleName(this.names.quantity?.(value, item)) ?? quantity(value)
  }

  item(item: bigint): string {
    return visibleName(this.names.item?.(item)) ?? String(item)
  }

  site(site: bigint): string {
    return visibleName(this.names.site?.(site)) ?? String(site).padStart(SITE_DIGITS, '0')
  }

  party(party: bigint, word: 'from' | 'issuer' | 'consignee'): string {
    return visibleName(this.names.party?.(party)) ?? say(word, { code: short(hex(party)) })
  }
}

/** A sentence of `keeper.plain`. */
export function say(word: string, values: Values = {}): string {
  return i18n.global.t(`keeper.plain.${word}`, values)
}

function withReason(what: string, code: number, kind?: Kind): string {
  const why = reasonOf(code, kind)
  return why ? say('reason', { what, why }) : what
}

/** What keepers say of requests in other words than of documents. */
const OF_REQUESTS: ReadonlySet<string | null> = new Set(['recorded-by-mistake', 'recorded-twice'])

/** A reason as keepers say it; as the list does where they never give it. Without a kind it is of a request. */
export function reasonOf(code: number, kind?: Kind): string {
  const name = reasonName(code)
  const key = `keeper.reasons.${name}`
  const isOwn = kind === undefined || (kind !== 'settlement' && !OF_REQUESTS.has(name))
  if (isOwn && i18n.global.te(key)) return i18n.global.t(key)
  const label = reasonLabel(code, kind)
  return label ? label[language() === 'zh' ? 1 : 0] : ''
}

export function momentOf(seconds: number, isDayOnly: boolean): string {
  if (minute(seconds, 0) === null) return say('farAway')
  return occurred({ occurred_at: new Date(seconds * 1_000).toISOString(), is_day_only: isDayOnly })
}

function dayOf(day: number): string {
  const text = dayText(day)
  return text === null ? say('farAway') : date(text)
}

function hex(id: bigint): string {
  return id.toString(16).padStart(CODE_DIGITS, '0')
}
