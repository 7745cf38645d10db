/**
 * What is compared before somebody signs an act: its ledger and contract with the trust file, and everything
 * in it, member by member, with the form (`ledger_client/acts/checks.py`, `remote/acts.py`). Ids and salts
 * are the server's.
 */
import { getAddress, type Address, type Hex } from 'viem'

import type { Filled } from '../drafts/comparison'
import { CHINA_OFFSET } from '../drafts/moments'
import type { Arguments, Value } from './abi'
import { shortOf, type Act } from './act'
import { DECIDING } from './deciding'
import type { ActForm } from './forms'
import { Asked, DIGEST, Left, List, type Expected, type Meaning } from './meaning'
import { fieldKey, malformed, refused, type Field } from './refusals'
import { REGISTERING } from './registering'
import { shownBody } from './texts'

/** What a trust file says of a ledger. */
export interface TrustedLedger {
  readonly chainId: number
  readonly genesis: Hex
  readonly ledger: Address
  /** Of all contracts, by name. */
  readonly contracts: Readonly<Record<string, Address>>
}

/** What is known beside a form. */
export interface FormContext {
  /** Seconds by which the ledger's days are ahead of UTC. */
  readonly offset?: number
}

const MAKERS = { ...REGISTERING, ...DECIDING }
const DEFAULT_GAS = 400_000n
const NOTHING = '–'

/**
 * Refuse an act for another ledger.
 *
 * @throws SigningRefusal where chain, genesis block, stock ledger or the contract that is called is another
 * one.
 */
export function checkTrust(act: Act, trust: TrustedLedger): void {
  const contract = (name: string) => (Object.hasOwn(trust.contracts, name) ? trust.contracts[name]! : NOTHING)
  const compared: readonly (readonly [Field, string, string])[] = [
    ['chain', `${act.chainId}`, `${trust.chainId}`],
    ['genesis', act.genesis, trust.genesis],
    ['ledger', act.ledger, trust.ledger],
    ['ledger', act.ledger, contract('StockLedger')],
    ['contract', act.address, contract(act.contract)],
  ]
  for (const [field, came, expected] of compared) {
    if (came === expected) continue
    throw refused('ledgerDiffers', { act: shortOf(act), field: fieldKey(field), came, expected })
  }
}

/**
 * Compare an act with the form that it was prepared for.
 *
 * @returns What the form left to the server.
 * @throws SigningRefusal that names the first difference in anything that is signed, or a signature that it
 * brings.
 */
export function checkForm(act: Act, form: ActForm, { offset = CHINA_OFFSET }: FormContext = {}): Filled[] {
  // Each maker takes the form of its own name, which a union of functions cannot say.
  const meant = MAKERS[form.act] as (form: ActForm, make: { by: ActForm['by']; offset: number }) => Meaning
  return new Comparison(act).with(form, meant(form, { by: form.by, offset }))
}

class Comparison {
  private readonly filled: Filled[] = []

  constructor(private readonly act: Act) {}

  with(form: ActForm, meaning: Meaning): Filled[] {
    const { act } = this
    this.same('act', `${meaning.contract}.${meaning.function}`, `${act.contract}.${act.function}`)
    this.same('signer', getAddress(form.by.address), act.sender)
    this.record(meaning)
    this.compare(meaning.arguments, act.arguments)
    const { gas = DEFAULT_GAS } = meaning
    if (typeof gas === 'bigint') this.same('gas', `${gas}`, `${act.gas}`)
    else if (!gas(act)) this.unfit('gas', `${act.gas}`)
    return this.filled
  }

  private record({ name, note }: Meaning): void {
    const { record } = this.act
    this.same('signature', NOTHING, record?.signature ?? NOTHING)
    this.same('zh', name?.zh || NOTHING, record?.zh || NOTHING)
    this.same('en', name?.en || NOTHING, record?.en || NOTHING)
    const asked = note === undefined ? {} : { note }
    this.same('note', shownBody(asked), shownBody(record?.body ?? {}))
  }

  private compare(expected: Expected, value: Value | undefined, line?: number): void {
    if (value === undefined) throw malformed('arguments')
    if (expected === DIGEST) return // of what goes along, which was compared
    if (expected instanceof Asked) {
      if (value !== expected.value) {
        this.refuse(expected.field, expected.show(expected.value), expected.show(value), line)
      }
    } else if (expected instanceof Left) {
      const shown = expected.show(value)
      if (!expected.fits(value, this.act)) this.unfit(expected.field, shown ?? NOTHING)
      this.filled.push({ field: fieldKey(expected.field), value: shown, line: null })
    } else if (expected instanceof List) {
      const values = value as readonly Value[]
      this.same(expected.field, `${expected.each.length}`, `${values.length}`)
      expected.each.forEach((each, at) => this.compare(each, values[at], at + 1))
    } else {
      const found = value as Arguments
      if (Object.keys(found).length !== Object.keys(expected).length) throw malformed('arguments')
      for (const [name, each] of Object.entries(expected)) this.compare(each, found[name], line)
    }
  }

  private same(field: Field, asked: string, came: string): void {
    if (asked !== came) this.refuse(field, asked, came)
  }

  private refuse(field: Field, asked: string, came: string, line?: number): never {
    const values = { act: shortOf(this.act), field: fieldKey(field), asked, came }
    if (line === undefined) throw refused('differs', values)
    throw refused('lineDiffers', { ...values, line: `${line}` })
  }

  private unfit(field: Field, came: string): never {
    throw refused('leftDiffers', { act: shortOf(this.act), field: fieldKey(field), came })
  }
}
