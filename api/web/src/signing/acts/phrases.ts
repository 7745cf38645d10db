/**
 * How sentences of acts write what an argument holds: places and ids by code with a name beside it where
 * somebody has one, roles and terms in words, times as the ledger's clocks show them. As in
 * `ledger_client/acts/saying.py`.
 */
import type { Language } from '@/i18n'

import { FAR_AWAY, minute } from '../drafts/moments'
import { grouped, Naming, visibleName, type DraftNames } from '../drafts/naming'
import { reasonLabel } from '../drafts/reasons'
import { digits, MISSING } from '../drafts/words'
import { keyText } from './act'
import { malformed } from './refusals'

/** Names that somebody has for codes; undefined where there is none. None of it is signed. */
export interface ActNames extends DraftNames {
  division?: (division: bigint) => string | undefined
}

type Pair = readonly [en: string, zh: string]
type Phrase = (phrases: Phrases, value: bigint) => string

const ID_DIGITS = 40
const CATEGORY_DIGITS = 7
const SHARE = 100n // basis points of a hundredth
const GRADES = 'ABCD'
const ROLES: readonly Pair[] = [
  ['none', '无'],
  ['authority', '主管'],
  ['keeper', '保管员'],
  ['approver', '审批人'],
  ['issuer', '资质签发方'],
  ['supplier', '供应商'],
  ['auditor', '审计员'],
]
const MODES: readonly (Pair | undefined)[] = [
  undefined,
  ['government', '政府储备'],
  ['agreement', '协议储备'],
  ['enterprise-held', '企业代储'],
  ['household (pooled)', '家庭储备（汇总）'],
  ['merchant', '商户储备'],
]
const URGENCIES: readonly (Pair | undefined)[] = [
  undefined,
  ['routine', '常规'],
  ['urgent', '紧急'],
  ['critical', '特急'],
]

export class Phrases {
  readonly naming: Naming

  constructor(
    private readonly language: Language,
    private readonly names: ActNames,
    private readonly offset: number,
  ) {
    this.naming = new Naming(language, names, [])
  }

  readonly tr = (en: string, zh: string): string => (this.language === 'zh' ? zh : en)

  place(division: bigint): string {
    const code = division ? this.tr(`division ${division}`, `行政区划 ${division}`) : this.tr('the country', '全国')
    const name = visibleName(this.names.division?.(division))
    return name ? this.tr(`${name} (${code})`, `${name}（${code}）`) : code
  }

  category(category: bigint): string {
    const code = `${category}`.padStart(CATEGORY_DIGITS, '0')
    return category ? this.tr(`category ${code}`, `类别 ${code}`) : this.tr('no category', '无类别')
  }

  moment(seconds: bigint): string {
    return minute(Number(seconds), this.offset) ?? this.tr(...FAR_AWAY)
  }

  /** A reason in words, empty for none. */
  reason(code: bigint): string {
    // The bit that says missing belongs to lines alone; a sentence would not show it.
    if (code & BigInt(MISSING)) throw malformed('arguments.reason')
    const label = reasonLabel(Number(code))
    return label ? this.tr(...label) : ''
  }

  /** A number as the first sentence has it, by the name of its argument; without one as it is. */
  number(name: string, value: bigint): string {
    return (NUMBERS[name] ?? plain)(this, value)
  }

  /** One of a list of words, by its number. */
  word(list: readonly (Pair | undefined)[], value: bigint, name: string): string {
    const found = list[Number(value)]
    if (!found) throw malformed(`arguments.${name}`)
    return this.tr(...found)
  }
}

/** The code of a unit: UN/CEFACT Recommendation 20. */
export function unitText(code: string): string {
  const bytes = code.slice(2).replace(/(00)+$/, '').match(/../g) ?? []
  const text = bytes.map((each) => String.fromCharCode(Number.parseInt(each, 16))).join('')
  if (!/^[A-Z0-9]{2,3}$/.test(text)) throw malformed('arguments.unit')
  return text
}

export function idText(id: bigint): string {
  return digits(id, ID_DIGITS)
}

const plain: Phrase = (_, value) => grouped(value)
const site: Phrase = ({ naming }, value) => naming.site(value)
const item: Phrase = ({ naming }, value) => naming.item(value)
const party: Phrase = ({ naming }, value) => naming.party(value)
const place: Phrase = (phrases, value) => phrases.place(value)
const category: Phrase = (phrases, value) => phrases.category(value)
const moment: Phrase = (phrases, value) => phrases.moment(value)
const key: Phrase = (_, value) => keyText(value)

/** Of whom a grant speaks; nothing for none. A subject may be longer than an id, and is whole then. */
export const subject: Phrase = ({ tr }, value) => {
  const id = value.toString(16).padStart(ID_DIGITS, '0')
  return value ? tr(`, speaking for ${id}`, `（代表 ${id}）`) : ''
}

const NUMBERS: Readonly<Record<string, Phrase>> = {
  division_: place,
  division: place,
  site_: site,
  site,
  giver: site,
  consignee_: party,
  supplier: party,
  issuer: party,
  qualification: (_, value) => idText(value),
  consignee: ({ tr, naming }, value) =>
    value ? tr(`, for ${naming.party(value)}`, `，供 ${naming.party(value)} 领用`) : '',
  successor: ({ tr }, value) => (value ? `${value}` : tr('nobody', '无')),
  subject,
  role: (phrases, value) => phrases.word(ROLES, value, 'role'),
  mode: (phrases, value) => phrases.word(MODES, value, 'mode'),
  urgency: (phrases, value) => phrases.word(URGENCIES, value, 'urgency'),
  category,
  qualificationCategory: category,
  grade: (_, value) => {
    const found = value ? GRADES[Number(value) - 1] : undefined
    if (!found) throw malformed('arguments.grade')
    return found
  },
  share: (_, value) => `${value / SHARE}.${`${value % SHARE}`.padStart(2, '0')}%`,
  item_: item,
  item,
  pack: item,
  unit: item,
  shelfLife: ({ tr }, value) => (value ? tr(`${value} days`, `${value} 天`) : tr('no limit', '无期限')),
  request: key,
  proposal: key,
  key,
  from: moment,
  until: moment,
  neededBy: moment,
}
