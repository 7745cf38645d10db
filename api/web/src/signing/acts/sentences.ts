/**
 * What an act says, in sentences made from the arguments that will be signed: word for word those of
 * `ledger_client/acts/saying.py`. The first says what is done, then a line for each thing of many, then
 * every other argument, then who signs. A function that has no sentence is not signed at all.
 */
import type { Hex } from 'viem'

import type { Language } from '@/i18n'

import { linesOf, type Draft } from '../drafts/draft'
import type { Kind } from '../drafts/kinds'
import { requirePacked } from '../drafts/lines'
import { CHINA_OFFSET } from '../drafts/moments'
import { grouped } from '../drafts/naming'
import { sayContent } from '../drafts/sentences'
import { MalformedError, MISSING, unpackHead } from '../drafts/words'
import type { Arguments, Value } from './abi'
import { documentOf, keyOf, keyText, type Act } from './act'
import HEADLINES from './headlines.json'
import { PARTICULARS } from './particulars'
import { Phrases, subject, unitText, type ActNames } from './phrases'
import { bodyDigest, nameDigest, keyAt } from './records'
import { malformed } from './refusals'
import { shownBody } from './texts'

type Pair = readonly [en: string, zh: string]

/** Kinds of documents that each function takes; the contracts refuse others. */
const DOCUMENTS: Readonly<Record<string, readonly Kind[]>> = {
  proveCount: ['count'],
  approveWithConsent: ['dispatch', 'hand-over'],
  show: ['dispatch', 'hand-over', 'acceptance', 'contest', 'return', 'settlement'],
}

/** What the first sentence says of a choice: not chosen, chosen. */
const CHOICES: Readonly<Record<string, readonly [no: Pair, yes: Pair]>> = {
  disposal: [['', ''], [', which takes goods that may not be used', '，接收不可用物资']],
  uphold: [['the old key acts again', '恢复原密钥'], ['the new key takes over', '由新密钥接替']],
  serial: [['', ''], [', each piece with a number of its own', '，逐件编号']],
} // prettier-ignore

const FIRST: Readonly<Record<string, Readonly<Record<string, { en: string; zh: string }>>>> = HEADLINES

/**
 * What an act says, a sentence each; lines begin with two blanks.
 *
 * @param names What stands beside the codes of places, parties, items and quantities; nothing where not
 * given.
 * @param offset Seconds by which the ledger's days are ahead of UTC.
 * @throws SigningRefusal where a number stands for nothing, so that nobody can say what it means.
 */
export function say(act: Act, language: Language, names: ActNames = {}, offset = CHINA_OFFSET): string[] {
  return new Saying(act, language, names, offset).all()
}

class Saying {
  private readonly phrases: Phrases
  private readonly named: Arguments

  constructor(
    private readonly act: Act,
    private readonly language: Language,
    private readonly names: ActNames,
    private readonly offset: number,
  ) {
    this.phrases = new Phrases(language, names, offset)
    const inner = act.arguments.asking ?? act.arguments.offer
    this.named = { ...(inner as Arguments | undefined), ...act.arguments }
  }

  all(): string[] {
    return [this.headline(), ...this.lines(), ...this.particulars(), ...this.record(), ...this.signature()]
  }

  private headline(): string {
    const first = FIRST[this.act.contract]?.[this.act.function]
    if (!first) throw malformed('function')
    return first[this.language].replace(/\{(\w+)\}/g, (_, name: string) =>
      name === 'name' ? this.name() : this.text(name, this.named[name]),
    )
  }

  /** An argument as the first sentence says it. */
  private text(name: string, value: Value | undefined): string {
    if (typeof value === 'boolean') return this.phrases.tr(...CHOICES[name]![value ? 1 : 0])
    if (typeof value === 'string') return name === 'unit' ? unitText(value) : value
    if (typeof value !== 'bigint') throw malformed(`arguments.${name}`)
    if (name === 'quantity') return this.phrases.naming.quantity(value, this.named.item as bigint)
    return this.phrases.number(name, value)
  }

  /** The name that is registered, in both languages: both are signed. */
  private name(): string {
    const { record } = this.act
    return record ? JSON.stringify([record.zh, record.en].filter(Boolean).join(' / ')) : ''
  }

  private lines(): string[] {
    const { named, phrases } = this
    const { tr, naming } = phrases
    if (named.floors) {
      return structs(named.floors).map(({ item, quantity }) => {
        const units = naming.quantity(quantity as bigint, item as bigint)
        return `  ${naming.item(item as bigint)}${tr(': ', '：')}${units}`
      })
    }
    if (named.cycles) {
      return structs(named.cycles).map(({ category, dayCount }) => {
        const what = phrases.category(category as bigint)
        return dayCount
          ? tr(`  ${what}: every ${dayCount} days`, `  ${what}：每 ${dayCount} 天`)
          : tr(`  ${what}: no count is due`, `  ${what}：无须定期盘点`)
      })
    }
    if (named.proposals) return numbers(named.proposals).map((key) => `  ${keyText(key)}`)
    if (named.grants) {
      return structs(named.grants).map(
        (each) => `  ${phrases.place(each.division as bigint)}${subject(phrases, each.subject as bigint)}`,
      )
    }
    if (this.act.function === 'propose') return numbers(named.lines!).map((word) => `  ${this.offered(word)}`)
    return named.document ? this.document() : []
  }

  private offered(word: bigint): string {
    const head = readable(() => unpackHead(word))
    if (head.reason) throw malformed('arguments.offer.lines')
    const { tr, naming } = this.phrases
    const lot = naming.lot(head.lot)
    if (!head.quantity) return tr(`${lot} stays, and counts for the floor`, `${lot}：留存，计入保底量`)
    return tr(`${lot}: ${grouped(head.quantity)}`, `${lot}：${grouped(head.quantity)}`)
  }

  /** The document that is shown or approved, as a draft of it says it. */
  private document(): string[] {
    const { act, named, phrases } = this
    const draft = documentOf(act)!
    if (!DOCUMENTS[act.function]?.includes(draft.kind)) throw malformed('arguments.kind')
    readable(() => requireSayable(draft))
    const content = readable(() => sayContent(draft, this.language, this.names, this.offset))
    const said = content.map((each) => `  ${each}`)
    if (act.function !== 'approveWithConsent') return said
    const key = keyText(keyAt(draft.document.from, draft.document.clientId))
    const until = phrases.moment(named.validUntil as bigint)
    const becomes = phrases.tr(
      `  It becomes document ${key}; the consent to it counts until ${until}.`,
      `  将记录为单据 ${key}；对其的会签有效期至 ${until}。`,
    )
    return [...said, becomes]
  }

  /** What else is signed, argument by argument. */
  private particulars(): string[] {
    return Object.entries(this.named).flatMap(([name, value]) => {
      const told = PARTICULARS[name]?.(value, this.phrases, this.act)
      return told ? [told] : []
    })
  }

  /** The name or note that goes with the act, and stays off chain. */
  private record(): string[] {
    const { record } = this.act
    if (!record) return []
    const { tr } = this.phrases
    const isNote = Object.keys(record.body).length > 0
    const digest: Hex = 'nameDigest' in this.named ? nameDigest(record) : bodyDigest(record)
    const said = tr(`Salted digest on chain: ${digest}.`, `上链的加盐摘要：${digest}。`)
    const note = shownBody(record.body)
    return isNote ? [tr(`Note, off chain: ${note}`, `备注（不上链）：${note}`), said] : [said]
  }

  /** Who signs, and where it goes. */
  private signature(): string[] {
    const { act } = this
    const { tr } = this.phrases
    const said = [tr(`It is signed by ${act.sender}.`, `签署人：${act.sender}。`)]
    const key = keyOf(act)
    if (key !== null) {
      const what = act.function === 'request' ? tr('request', '申请') : tr('proposal', '调剂方案')
      said.push(tr(`It becomes ${what} ${keyText(key)}.`, `将记录为${what} ${keyText(key)}。`))
    }
    const [where, gas] = [`${act.contract} ${act.address}`, grouped(act.gas)]
    said.push(
      tr(
        `It is a call of ${act.function} of ${where} on chain ${act.chainId}, with at most ${gas} gas.`,
        `调用链 ${act.chainId} 上 ${where} 的 ${act.function}，燃料上限 ${gas}。`,
      ),
    )
    return said
  }
}

/** Refuse a document of which sentences would not show every bit. */
function requireSayable(draft: Draft): void {
  const lines = linesOf(draft)
  requirePacked(draft.kind, draft.document.lines, lines)
  const counted = lines.flatMap((each) => (each.form === 'count' ? [each.reason] : []))
  const reasons = [draft.document.reason, ...counted]
  if (reasons.some((each) => each & MISSING)) throw new MalformedError('a reason that says missing')
}

function structs(value: Value): readonly Arguments[] {
  return value as readonly Arguments[]
}

function numbers(value: Value): readonly bigint[] {
  return value as readonly bigint[]
}

/** What somebody can read, or a refusal where no contract accepts the lines. */
function readable<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof MalformedError) throw malformed('arguments.lines')
    throw error
  }
}
