/**
 * What a draft says, in sentences made from the very bytes that will be signed.
 *
 * Word for word those of `ledger_client/drafts/saying.py`, which stand in terminals too; that is why they are
 * here, side by side, and not among the page's words. Where somebody has names, they stand beside the codes.
 */
import type { Language } from '@/i18n'

import { carriedBy, keyOf, keyText, linesOf, seatsOf, undoneBy, type Draft, type Part } from './draft'
import { headline, REVERSAL } from './headlines'
import { WITHOUT_QUANTITY, type Kind } from './kinds'
import { isMissing, type Line, type ReceiptLine } from './lines'
import { lotId, NO_DIGEST, type LotAttributes } from './lots'
import { CHINA_OFFSET, FAR_AWAY, minute } from './moments'
import { grouped, Naming, type DraftNames } from './naming'
import { reasonLabel } from './reasons'
import { MASK_64, digits, unpackReference } from './words'

const REFERENCES: Readonly<Record<string, readonly [en: string, zh: string]>> = {
  1: ['document', '单据'],
  2: ['consignment', '在途单'],
  3: ['document that it reverses', '被冲销单据'],
  4: ['proposal', '调剂方案'],
  5: ['request', '申请'],
}

const PART_NAMES: Readonly<Record<Part, readonly [en: string, zh: string]>> = {
  sender: ['sender', '提交人'],
  other: ['other party', '另一方'],
  approver: ['approver', '审批人'],
}

/**
 * What a draft says, a sentence each; lines begin with two blanks.
 *
 * @param names What stands beside the codes of sites, parties, items and quantities; nothing where not given.
 * @param offset Seconds by which the ledger's days are ahead of UTC.
 */
export function say(
  draft: Draft,
  language: Language,
  names: DraftNames = {},
  offset = CHINA_OFFSET,
): string[] {
  return new Saying(draft, new Naming(language, names, draft.lots), offset).all()
}

/** What `say` does, but for who signs; of documents that others sign, or have signed. */
export function sayContent(
  draft: Draft,
  language: Language,
  names: DraftNames = {},
  offset = CHINA_OFFSET,
): string[] {
  return new Saying(draft, new Naming(language, names, draft.lots), offset).content()
}

class Saying {
  private readonly tr: (en: string, zh: string) => string

  constructor(
    private readonly draft: Draft,
    private readonly naming: Naming,
    private readonly offset: number,
  ) {
    this.tr = naming.tr
  }

  all(): string[] {
    return [...this.content(), ...this.signatures()]
  }

  content(): string[] {
    const lines = linesOf(this.draft).map((each) => this.line(this.draft.kind, each))
    return [this.headline(), ...lines, ...this.carried(), ...this.particulars()]
  }

  private headline(): string {
    const { original, kind, document } = this.draft
    if (!original) return headline(kind, document, this.naming)
    return this.tr(...REVERSAL) + headline(original.kind, original.document, this.naming)
  }

  /** What a step is about, or what a reversal undoes: no consent covers it, only its number. */
  private carried(): string[] {
    const { draft, tr } = this
    if (draft.consignment) {
      const title = tr(
        "What is on the way, by the draft's word alone; a consent covers its number and not this:",
        '在途物资（仅为草稿所述；会签只涵盖其编号，不涵盖以下内容）：',
      )
      return [title, ...carriedBy(draft).map((each) => this.line('acceptance', each))]
    }
    const { original } = draft
    if (!original) return []
    const title = tr(
      "What is undone, by the draft's word alone; a consent covers its number and not this:",
      '所冲销的内容（仅为草稿所述；会签只涵盖其编号，不涵盖以下内容）：',
    )
    return [title, ...undoneBy(draft).map((each) => this.line(original.kind, each))]
  }

  private particulars(): string[] {
    const { draft, tr } = this
    const { document } = draft
    const found: string[] = []
    const when = this.time()
    found.push(tr(`It is said to have occurred on ${when}.`, `发生时间：${when}。`))
    if (document.reason) {
      const why = this.reason(document.reason, draft.kind)
      found.push(tr(`Reason: ${why}.`, `原因：${why}。`))
    }
    if (document.qualification) {
      const id = hexId(document.qualification)
      found.push(tr(`It relies on qualification ${id}.`, `所依据的资质：${id}。`))
    }
    if (document.deadline) {
      const until = this.minute(document.deadline)
      found.push(tr(`The receiver is to answer by ${until}.`, `接收方须于 ${until} 前答复。`))
    }
    if (document.reference) found.push(this.reference())
    if (draft.body !== NO_DIGEST) {
      const digest = draft.body.slice(2)
      const said = tr(`It has a note off chain, of salted digest ${digest}.`, `另有链下备注，加盐摘要 ${digest}。`)
      found.push(said)
    }
    return found
  }

  private reference(): string {
    const { reference } = this.draft.document
    if (this.draft.kind === 'count') {
      const entry = reference & MASK_64
      return this.tr(
        `Counted when the site's journal stood at entry ${entry}.`,
        `盘点时储备点流水账位于第 ${entry} 条。`,
      )
    }
    const { type, id } = unpackReference(reference)
    const what = this.tr(...(REFERENCES[`${type}`] ?? [`thing of type ${type}`, `类型 ${type} 的对象`]))
    return this.tr(`It refers to ${what} ${keyText(id)}.`, `关联的${what}：${keyText(id)}。`)
  }

  private signatures(): string[] {
    const { draft, tr } = this
    const found = seatsOf(draft).map(([part, { address, division }]) => {
      const hasSigned = part !== 'sender' && draft.consents[part]
      const state = hasSigned ? tr(', who has signed', '，已签署') : ''
      const name = tr(...PART_NAMES[part])
      return tr(
        `The ${name} is ${address} for division ${division}${state}.`,
        `${name}：${address}（区划 ${division}）${state}。`,
      )
    })
    if (draft.other || draft.approver) {
      const until = this.minute(draft.validUntil)
      found.push(tr(`Consents count until ${until}.`, `会签有效期至 ${until}。`))
    }
    const key = keyText(keyOf(draft))
    found.push(
      tr(
        `It becomes document ${key} of ledger ${draft.ledger} on chain ${draft.chainId}.`,
        `将记录为单据 ${key}，账本 ${draft.ledger}，链 ${draft.chainId}。`,
      ),
    )
    return found
  }

  private line(kind: Kind, line: Line): string {
    const { naming, tr } = this
    if (line.form === 'opening') {
      const said = `  ${this.created(line.goods, line.quantity, line.goods.source)}`
      return this.withReason(said, line.reason, kind)
    }
    if (line.form === 'receipt') return this.received(line, kind)
    if (line.form === 'count') {
      const { counted, expected } = line
      const [lot, difference] = [naming.lot(line.lot), signed(counted - expected)]
      const said = tr(
        `  ${lot}: counted ${grouped(counted)}, expected ${grouped(expected)}, difference ${difference}`,
        `  ${lot}：实盘 ${grouped(counted)}，账面 ${grouped(expected)}，差异 ${difference}`,
      )
      return this.withReason(said, line.reason, kind)
    }
    const lot = naming.lot(line.lot)
    if (line.form === 'lot' && WITHOUT_QUANTITY.has(kind)) return `  ${lot}`
    const quantity = naming.quantityOf(line.quantity, line.lot)
    if (line.form === 'repack') {
      const made = this.created(line.output, line.outputQuantity, line.output.source)
      const said = tr(`  ${lot}: ${quantity} become ${made}`, `  ${lot}：${quantity} 换装为 ${made}`)
      return this.withReason(said, line.reason, kind)
    }
    const missing = isMissing(line) ? tr(' missing', '（缺失）') : ''
    return this.withReason(tr(`  ${lot}: ${quantity}`, `  ${lot}：${quantity}`) + missing, line.reason, kind)
  }

  private received(line: ReceiptLine, kind: Kind): string {
    const accepted = this.created(line.goods, line.accepted)
    if (!line.rejected) return `  ${accepted}`
    const refused = this.naming.quantity(line.rejected, line.goods.item)
    const said = this.tr(`  ${accepted}; rejected ${refused}`, `  ${accepted}；拒收 ${refused}`)
    return this.withReason(said, line.reason, kind)
  }

  /** Goods whose attributes stand on the line; whom they are from where the headline does not say. */
  private created(goods: LotAttributes, quantity: bigint, source?: bigint): string {
    const { naming, tr } = this
    const item = naming.item(goods.item)
    const units = naming.quantity(quantity, goods.item)
    const id = hexId(lotId(goods))
    const parts = [tr(`${item}: ${units}`, `${item}：${units}`), tr(`lot ${id}`, `批次 ${id}`)]
    if (source !== undefined) parts.push(tr(`from ${naming.party(source)}`, `来源 ${naming.party(source)}`))
    return [...parts, ...naming.marks(goods)].join(naming.comma)
  }

  private withReason(said: string, reason: number, kind: Kind): string {
    const why = this.reason(reason, kind)
    return why ? this.tr(`${said} (${why})`, `${said}（${why}）`) : said
  }

  private reason(code: number, kind: Kind): string {
    const label = reasonLabel(code, kind)
    return label ? this.tr(...label) : ''
  }

  private time(): string {
    const { occurredAt, dayOnly } = this.draft.document
    const text = minute(occurredAt, this.offset)
    if (text === null) return this.tr(...FAR_AWAY)
    return dayOnly ? text.slice(0, 10) : text
  }

  private minute(seconds: number): string {
    return minute(seconds, this.offset) ?? this.tr(...FAR_AWAY)
  }
}

function hexId(id: bigint): string {
  return digits(id, 40)
}

function signed(value: bigint): string {
  return value < 0n ? `-${grouped(-value)}` : `+${grouped(value)}`
}
