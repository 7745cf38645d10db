/** What a search found, by kind, and which view tells of it. */
import type { Schemas } from '@/api/client'
import { supplierCode } from '@/views/officer/codes'

import { placeCode } from './places'

type Result = Schemas['Result']
export type Kind = Result['kind']

/** In which order kinds are shown: what people look for first. */
const ORDER: readonly Kind[] = [
  'supplier',
  'site',
  'item',
  'lot',
  'document',
  'request',
  'proposal',
  'qualification',
  'issuer',
  'consignee',
  'division',
  'holder',
  'transaction',
  'block',
]

export interface Group {
  readonly kind: Kind
  readonly results: readonly Result[]
}

/** What anybody may see of a text without an account: a supplier's verdict by its code, or a division's totals. */
export function publicView(text: string): { word: 'publicVerdict' | 'publicTotals'; code: string; to: string } | null {
  const { code } = supplierCode(text)
  if (code !== null) return { word: 'publicVerdict', code, to: `/verdict?code=${code}` }
  const { place } = placeCode(text, true)
  return place === null ? null : { word: 'publicTotals', code: place, to: `/totals?place=${place}` }
}

/** The results by kind, in the order of the kinds, those within one as they came. */
export function grouped(results: readonly Result[]): Group[] {
  return ORDER.map((kind) => ({ kind, results: results.filter((each) => each.kind === kind) })).filter(
    (group) => group.results.length > 0,
  )
}

/** The view that tells of a result; null where the page has none. */
export function viewOf({ kind, id }: Pick<Result, 'kind' | 'id'>): string | null {
  switch (kind) {
    case 'supplier':
      return `/suppliers/${id}`
    case 'site':
      return `/stock/sites/${id}`
    case 'item':
      return `/stock?item=${id}`
    case 'division':
      return `/stock?place=${id}`
    case 'lot':
    case 'qualification':
    case 'issuer':
    case 'consignee':
      return `/trace/${kind}/${id}`
    case 'document':
      return `/documents/${id}`
    case 'holder':
      return `/trace/key/${id}`
    case 'request':
      return `/district/requests/${id}`
    case 'proposal':
      return `/district/proposals/${id}`
    case 'block':
    case 'transaction':
      return null
  }
}
