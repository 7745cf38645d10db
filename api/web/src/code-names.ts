/**
 * Names for the codes in something that is about to be signed, as far as the server has proved ones.
 *
 * They stand beside the codes and are no part of what is signed. Codes are found by their size: a site has 15 digits,
 * an item 12, and a party 160 bits.
 */
import { shallowRef, watch, type ShallowRef } from 'vue'

import { get, OfflineError, ProblemError, type Schemas } from '@/api/client'
import { i18n } from '@/i18n'
import { measured, nameIn } from '@/names'
import { everyRow } from '@/paged'
import { session } from '@/session'
import type { ActNames } from '@/signing/acts'

type Name = Schemas['Name'] | null

/** What was found of codes, by their decimal or hexadecimal text. */
export interface Found {
  readonly sites: ReadonlyMap<string, Name>
  readonly items: ReadonlyMap<string, { name: Name; unit: string }>
  readonly parties: ReadonlyMap<string, Name>
}

const SITE = { from: 10n ** 14n, to: 10n ** 15n }
const ITEM = { from: 10n ** 11n, to: 10n ** 12n }
const PARTY = { from: 1n << 128n, to: 1n << 160n }
const CITY = 4

/** Names for what is in `subject`, which come after a moment; codes alone until then. */
export function useCodeNames(subject: () => object | null): Readonly<ShallowRef<ActNames>> {
  const names = shallowRef<ActNames>({})
  watch(
    [subject, () => i18n.global.locale.value],
    async ([given]) => {
      if (given === null) return
      const found = await findNames(given)
      if (subject() === given) names.value = namesOf(found)
    },
    { immediate: true },
  )
  return names
}

/** Whoever signs has no name, and where its grant lies stands beside it; a qualification is said by its supplier. */
const NAMELESS = new Set(['division', 'address', 'block', 'consent_digest', 'key', 'qualification'])

/** Every number in something, however deep, by what it may be the code of. */
export function codesIn(subject: unknown): { sites: Set<string>; items: Set<string>; parties: Set<string> } {
  const codes = { sites: new Set<string>(), items: new Set<string>(), parties: new Set<string>() }
  const visit = (value: unknown): void => {
    if (typeof value === 'object' && value !== null) {
      for (const [name, member] of Object.entries(value)) if (!NAMELESS.has(name) && !name.endsWith('Division')) visit(member)
      return
    }
    const number = numberIn(value)
    if (number === null) return
    if (number >= SITE.from && number < SITE.to) codes.sites.add(String(number))
    else if (number >= ITEM.from && number < ITEM.to) codes.items.add(String(number))
    else if (number >= PARTY.from && number < PARTY.to) codes.parties.add(number.toString(16).padStart(40, '0'))
  }
  visit(subject)
  return codes
}

function numberIn(value: unknown): bigint | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : null
  if (typeof value !== 'string') return null
  return /^(0x[0-9a-f]{1,40}|[0-9]{1,20})$/.test(value) ? BigInt(value) : null
}

/** Look the codes up; what is not told, or not just now, stays a code. */
async function findNames(subject: object): Promise<Found> {
  const codes = codesIn(subject)
  const communities = [...new Set([...codes.sites].map((site) => site.slice(0, 12)))]
  const cities = [...new Set((session.who?.divisions ?? []).map((each) => each.slice(0, CITY)))]
  const [sites, items, consignees] = await Promise.all([
    all(communities, (division) =>
      everyRow<Schemas['Sites'], Schemas['SiteRow']>('/v1/sites', { division }, (page) => page.sites),
    ),
    all([...codes.items], async (item) => [await get<Schemas['Item']>(`/v1/items/${item}`)]),
    all(codes.parties.size > 0 ? cities : [], (division) =>
      everyRow<Schemas['Consignees'], Schemas['ConsigneeRow']>('/v1/consignees', { division }, (page) => page.consignees),
    ),
  ])
  const others = [...codes.parties].filter((party) => !consignees.some((row) => row.consignee === party))
  const suppliers = await all(others, async (supplier) => [
    await get<Schemas['Supplier']>(`/v1/suppliers/${supplier}`),
  ])
  return {
    sites: new Map(sites.map((row) => [row.site, row.name])),
    items: new Map(items.map((row) => [row.item, row])),
    parties: new Map([
      ...suppliers.map((row): [string, Name] => [row.supplier, row.name]),
      ...consignees.map((row): [string, Name] => [row.consignee, row.name]),
    ]),
  }
}

async function all<Row>(codes: readonly string[], read: (code: string) => Promise<Row[]>): Promise<Row[]> {
  const lists = await Promise.all(codes.map((code) => read(code).catch(nothingTold<Row>)))
  return lists.flat()
}

function nothingTold<Row>(error: unknown): Row[] {
  if (error instanceof ProblemError || error instanceof OfflineError) return []
  throw error
}

/** What was found, as sentences take it. */
export function namesOf(found: Found): ActNames {
  return {
    site: (site) => nameIn(found.sites.get(String(site))) || undefined,
    item: (item) => nameIn(found.items.get(String(item))?.name) || undefined,
    party: (party) => nameIn(found.parties.get(party.toString(16).padStart(40, '0'))) || undefined,
    quantity: (quantity, item) => {
      const unit = found.items.get(String(item))?.unit
      return unit === undefined ? undefined : measured(quantity, unit)
    },
  }
}
