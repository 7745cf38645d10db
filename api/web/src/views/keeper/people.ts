/**
 * Who may sign: holders of a grant that covers a place.
 *
 * Nobody has a name on the ledger, so that a person is the first and last digits of a key and the place of its grant.
 * A choice is one text, `0x…@420102001001`, or the address alone where it was typed by hand.
 */
import { ProblemError, type Schemas } from '@/api/client'
import { everyRow } from '@/paged'
import { leavesDistrict } from '@/places'

type Grant = Schemas['api__schemas__roles__Grant']
export type Seat = Schemas['SeatForm']

export interface Person {
  readonly value: string
  readonly address: string
  readonly division: string
}

const COMMUNITY = 12
const DISTRICT = 6
const CITY = 4

/** The community of a site. */
export function communityOf(site: string): string {
  return site.slice(0, COMMUNITY)
}

/** The lowest division that contains two sites; 0 is the country. */
export function overBoth(from: string, to: string): string {
  const found = [COMMUNITY, 9, DISTRICT, CITY, 2].find((digits) => from.slice(0, digits) === to.slice(0, digits))
  return found === undefined ? '0' : from.slice(0, found)
}

/** Where the approver of goods on their way must have a grant. */
export function approvingPlace(from: string, to: string): string {
  return leavesDistrict(from, to) ? overBoth(from, to) : communityOf(from)
}

/** Whether a division contains another one. */
export function contains(division: string, place: string): boolean {
  return division === '0' || place.startsWith(division)
}

/**
 * Who of a role may act at a place now, the nearest grant of each first.
 *
 * The list of grants goes down from a division, and whoever covers a place stands at or above it: it is asked for from
 * the city, since few grants lie above that; others are typed by hand.
 */
export async function peopleFor(role: 'keeper' | 'approver', place: string): Promise<Person[]> {
  const from = place.length > CITY ? place.slice(0, CITY) : place
  const grants = await unlessForeign(
    everyRow<Schemas['Grants'], Grant>(
      '/v1/roles/grants',
      { division: from, role, state: 'acting', limit: 200 },
      (page) => page.grants,
    ),
  )
  return nearest(grants.filter((grant) => contains(grant.division, place)))
}

/** Grants of another city are told to its readers alone; whoever signs there is typed by hand. */
async function unlessForeign(grants: Promise<Grant[]>): Promise<Grant[]> {
  try {
    return await grants
  } catch (error) {
    if (error instanceof ProblemError && error.status === 403) return []
    throw error
  }
}

/** Who signs for a supplier. */
export async function signersOf(supplier: string, place: string): Promise<Person[]> {
  const grants = await everyRow<Schemas['Grants'], Grant>(
    '/v1/roles/grants',
    { division: place.slice(0, CITY), role: 'supplier', state: 'acting', limit: 200 },
    (page) => page.grants,
  )
  return nearest(grants.filter((grant) => grant.subject === supplier && contains(grant.division, place)))
}

/** Of each holder its nearest grant, by how near it is. */
export function nearest(grants: readonly Grant[]): Person[] {
  const people = new Map<string, Person>()
  for (const { holder, division } of [...grants].sort((a, b) => b.division.length - a.division.length)) {
    if (!people.has(holder)) people.set(holder, { value: `${holder}@${division}`, address: holder, division })
  }
  return [...people.values()]
}

/** The choice of a person as a form takes it. */
export function seatOf(value: string): Seat {
  const [address = '', division] = value.split('@')
  return division === undefined ? { address } : { address, division }
}

/** The first and last digits of a key. */
export function shortKey(address: string): string {
  return `${address.slice(2, 6).toUpperCase()}…${address.slice(-4).toUpperCase()}`
}

/** Whether a text is the address of a key. */
export function isAddress(text: string): boolean {
  return /^0x[0-9a-fA-F]{40}$/.test(text)
}
