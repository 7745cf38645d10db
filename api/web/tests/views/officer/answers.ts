/** Answers of the server for tests, in the shapes of the description. */
import type { Schemas } from '@/api/client'

export const SUPPLIER = 'de6f2ecb27d224db5b62cf5da996a1979c258fec'
export const QUALIFICATION = 'e7e2d78795a125af58ae2775c988473f5b830778'
export const ISSUER = 'd8688992795126b27cd6960112ea0eaf97a81e71'
export const CERTIFICATE = '0xb3aa002ac031ecb2008220e03329162926b55e11acb731a7b3fb31da15dabefc'
export const BLOCK = { number: 24, hash: `0x${'5'.repeat(64)}`, time: '2026-09-13T01:00:00Z' }

type Answers = Schemas['VerdictAnswers']

/** Everything in order. */
export const VALID: Answers = {
  status: 'valid',
  qualification: QUALIFICATION,
  issuer: ISSUER,
  issuer_name: { zh: '样例市卫生局', en: 'Sample health bureau' },
  is_issuer_accredited: true,
  is_suspended: false,
  is_revoked: false,
  is_in_date: true,
  valid_from: '2026-08-31T16:00:00Z',
  valid_until: '2027-08-31T16:00:00Z',
  grade: 'A',
}

/** Nothing known. */
export const NOTHING: Answers = {
  status: 'unknown',
  qualification: null,
  issuer: null,
  issuer_name: null,
  is_issuer_accredited: null,
  is_suspended: null,
  is_revoked: null,
  is_in_date: null,
  valid_from: null,
  valid_until: null,
  grade: null,
}

export function verdictOf(then: Answers, now: Answers, at = '2026-09-20T08:00:00Z'): Schemas['SupplierVerdict'] {
  return {
    supplier: SUPPLIER,
    code: '91420100MA4KXMPL1B',
    name: { zh: '样例康护用品厂', en: 'Sample Sound Supplies' },
    is_registered: true,
    categories: [1],
    category: 1,
    at,
    then,
    now,
    block: BLOCK,
  }
}

const ISSUED: Schemas['HistoryEntry'] = {
  entry: 1,
  kind: 'issued',
  reason: null,
  effective_at: '2026-09-01T01:00:09Z',
  recorded_at: '2026-09-01T01:00:09Z',
  valid_from: '2026-08-31T16:00:00Z',
  valid_until: '2027-08-31T16:00:00Z',
  grade: 'A',
  is_by_authority: false,
}

export function qualificationOf(changed: Partial<Schemas['Qualification']> = {}): Schemas['Qualification'] {
  return {
    qualification: QUALIFICATION,
    supplier: SUPPLIER,
    supplier_name: { zh: '样例康护用品厂', en: 'Sample Sound Supplies' },
    issuer: ISSUER,
    issuer_name: VALID.issuer_name,
    category: 1,
    certificate: CERTIFICATE,
    at: '2026-09-20T08:00:00Z',
    then: { ...VALID, reason: null },
    now: { ...VALID, reason: null },
    history: [ISSUED],
    issuer_history: [{ ...ISSUED, valid_from: null, valid_until: null, grade: null, is_by_authority: true }],
    supplier_journal: null,
    block: BLOCK,
    ...changed,
  }
}
