/** How sentences call things: always by code, and by name beside it where whoever asks has one. */
import type { Language } from '@/i18n'

import { hasInvisible } from '../characters'
import { lotId, NO_DIGEST, type LotAttributes } from './lots'
import { dayText, FAR_AWAY } from './moments'
import { digits } from './words'

/** Names that somebody has for codes; undefined where there is none. None of it is signed. */
export interface DraftNames {
  site?: (site: bigint) => string | undefined
  /** Of a supplier, donor, issuer or consignee. */
  party?: (party: bigint) => string | undefined
  item?: (item: bigint) => string | undefined
  /** So many base units in the unit that people use. */
  quantity?: (quantity: bigint, item: bigint) => string | undefined
}

export class Naming {
  private readonly known: ReadonlyMap<bigint, LotAttributes>

  /** @param lots What lots were made of: each proves itself, for its id is the digest of that. */
  constructor(
    private readonly language: Language,
    private readonly names: DraftNames,
    lots: readonly LotAttributes[],
  ) {
    this.known = new Map(lots.map((each) => [lotId(each), each]))
  }

  readonly tr = (en: string, zh: string): string => (this.language === 'zh' ? zh : en)

  site(site: bigint): string {
    const code = `${site}`.padStart(15, '0')
    return this.named(this.names.site?.(site), this.tr(`site ${code}`, `储备点 ${code}`))
  }

  party(party: bigint): string {
    return this.named(this.names.party?.(party), digits(party, 40))
  }

  item(item: bigint): string {
    return this.named(this.names.item?.(item), this.tr(`item ${item}`, `物品 ${item}`))
  }

  quantity(quantity: bigint, item: bigint): string {
    const said = this.names.quantity?.(quantity, item)
    return this.beside(grouped(quantity), visibleName(said))
  }

  /** A quantity of a lot, whose item is known where the draft proves it. */
  quantityOf(quantity: bigint, lot: bigint): string {
    const goods = this.known.get(lot)
    return goods ? this.quantity(quantity, goods.item) : grouped(quantity)
  }

  /** A lot: with item and dates where the draft brings what makes up its id. */
  lot(lot: bigint): string {
    const id = digits(lot, 40)
    const said = this.tr(`lot ${id}`, `批次 ${id}`)
    const goods = this.known.get(lot)
    return goods ? [this.item(goods.item), said, ...this.marks(goods)].join(this.comma) : said
  }

  /** What else a lot is made of; a batch is shown by its digest. */
  marks(goods: LotAttributes): string[] {
    const { tr } = this
    const parts: string[] = []
    if (goods.batch !== NO_DIGEST) {
      const digest = goods.batch.slice(2, 18)
      parts.push(tr(`batch digest ${digest}…`, `批号摘要 ${digest}…`))
    }
    const [made, expires] = [this.day(goods.made), this.day(goods.expires)]
    if (goods.made) parts.push(tr(`made ${made}`, `生产日期 ${made}`))
    if (goods.expires) parts.push(tr(`use by ${expires}`, `有效期至 ${expires}`))
    if (goods.own) parts.push(tr('held when it came', '入库即暂扣'))
    return parts
  }

  get comma(): string {
    return this.tr(', ', '，')
  }

  private day(day: number): string {
    return dayText(day) ?? this.tr(...FAR_AWAY)
  }

  private named(name: string | undefined, code: string): string {
    const visible = visibleName(name)
    return visible ? this.beside(visible, code) : code
  }

  private beside(said: string, more: string | undefined): string {
    return more ? this.tr(`${said} (${more})`, `${said}（${more}）`) : said
  }
}

/** A name that may stand beside a code; none where it could hide or turn around what stands there. */
export function visibleName(name: string | undefined): string | undefined {
  return name && !hasInvisible(name) ? name : undefined
}

/** A whole number with its digits in groups of three, as the client has them in both languages. */
export function grouped(value: bigint): string {
  return `${value}`.replace(/\B(?=(\d{3})+$)/g, ',')
}
