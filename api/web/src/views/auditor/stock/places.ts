/** Places, from the country down to a site: what each is called, and what lies right below it. */
import { get, type Schemas } from '@/api/client'
import { everyRow } from '@/paged'

export const COUNTRY = '0'

const LEVELS = { 1: 'country', 2: 'province', 4: 'city', 6: 'district', 9: 'street', 12: 'community', 15: 'site' } as const

export type Level = (typeof LEVELS)[keyof typeof LEVELS]

export interface Place {
  readonly code: string
  readonly level: Level
  readonly name: Schemas['Name'] | null
  readonly isClosed: boolean
}

/** The level of a code; null for what is no code of a place. */
export function levelOf(code: string): Level | null {
  if (!/^\d+$/.test(code) || (code.length === 1 && code !== COUNTRY)) return null
  return LEVELS[code.length as keyof typeof LEVELS] ?? null
}

/** Whether one place lies in another, or is it. */
export function liesIn(code: string, division: string): boolean {
  return division === COUNTRY || code.startsWith(division)
}

/** Whether somebody who reads these divisions reads all that lies in a place. */
export function readsAllOf(place: string, divisions: readonly string[]): boolean {
  return divisions.some((division) => liesIn(place, division))
}

/** Whether the sums of a place are told to everybody: from districts up. */
export function isSumPublic(place: string): boolean {
  return place.length <= 6
}

export interface Opened {
  readonly place: Place
  /** From the country down, without the place itself. */
  readonly above: readonly Place[]
  readonly children: readonly Place[]
  /** Whether the caller reads what lies right below it: the sites of a community are told to its readers alone. */
  readonly isTold: boolean
}

/** A division with what contains it and what lies right below it. Sites are asked for where they are read. */
export async function openPlace(code: string, divisions: readonly string[], signal?: AbortSignal): Promise<Opened> {
  const isCommunity = levelOf(code) === 'community'
  const isTold = !isCommunity || readsAllOf(code, divisions)
  const [division, sites] = await Promise.all([
    get<Schemas['Division']>(`/v1/divisions/${code}`, { limit: 200 }, signal),
    isCommunity && isTold
      ? everyRow<Schemas['Sites'], Schemas['SiteRow']>('/v1/sites', { division: code, limit: 200 }, (page) => page.sites)
      : [],
  ])
  const rest =
    division.next_after === null
      ? []
      : await everyRow<Schemas['Division'], Schemas['DivisionRow']>(
          `/v1/divisions/${code}`,
          { limit: 200, after: division.next_after },
          (page) => page.children,
        )
  return {
    place: placeOf(division),
    above: [...division.above].reverse().map(placeOf),
    children: [...[...division.children, ...rest].map(placeOf), ...sites.map(siteOf)],
    isTold,
  }
}

function placeOf(row: Schemas['NamedDivision'] & { is_closed?: boolean }): Place {
  return { code: row.division, level: row.level, name: row.name, isClosed: row.is_closed ?? false }
}

function siteOf(row: Schemas['SiteRow']): Place {
  return { code: row.site, level: 'site', name: row.name, isClosed: row.is_closed }
}
