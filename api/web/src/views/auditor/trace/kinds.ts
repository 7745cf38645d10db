/** What can be traced, and where the server is asked for it. */
export const PATHS = {
  lot: 'lots',
  supplier: 'suppliers',
  qualification: 'qualifications',
  issuer: 'issuers',
  consignee: 'consignees',
  document: 'documents',
  key: 'keys',
  shortage: 'shortages',
  difference: 'differences',
} as const

export type TraceKind = keyof typeof PATHS

export function isTraceKind(text: string): text is TraceKind {
  return Object.hasOwn(PATHS, text)
}

/** Kinds that tell who had signed for what is not there, instead of where goods went. */
export function isLack(kind: TraceKind): boolean {
  return kind === 'shortage' || kind === 'difference'
}

/** What a result of the search is traced as; null for what is none of it. */
export function traceOf(resultKind: string): TraceKind | null {
  if (resultKind === 'holder') return 'key'
  return isTraceKind(resultKind) ? resultKind : null
}
