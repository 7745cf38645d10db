/** What the officer's views ask the server. */
import { get, type Schemas } from '@/api/client'
import { everyRow } from '@/paged'

type Signal = AbortSignal | undefined

/** What a supplier is worth for a category, then and now. */
export function readVerdict(
  supplier: string,
  category: number,
  at: string | undefined,
  signal?: Signal,
): Promise<Schemas['SupplierVerdict']> {
  return get(`/v1/suppliers/${supplier}/verdict`, { category, at }, signal)
}

/** The qualifications that carry a certificate file, by its SHA-256. */
export async function qualificationsByCertificate(
  digest: string,
  signal?: Signal,
): Promise<readonly Schemas['QualificationRow'][]> {
  const found = await get<Schemas['Qualifications']>('/v1/qualifications', { certificate: digest }, signal)
  return found.qualifications
}

/** All qualifications of a supplier, judged at a time by everything recorded. */
export function qualificationsOf(supplier: string, at: string | undefined): Promise<Schemas['QualificationRow'][]> {
  return everyRow<Schemas['Qualifications'], Schemas['QualificationRow']>(
    '/v1/qualifications',
    { supplier, at, limit: 100 },
    (page) => page.qualifications,
  )
}

/** Some qualifications whole, by id. */
export async function readQualifications(
  ids: readonly (string | null)[],
  at: string | undefined,
  signal?: Signal,
): Promise<Map<string, Schemas['Qualification']>> {
  const wanted = [...new Set(ids)].filter((each) => each !== null)
  const found = await Promise.all(
    wanted.map((id) => get<Schemas['Qualification']>(`/v1/qualifications/${id}`, { at }, signal)),
  )
  return new Map(found.map((each) => [each.qualification, each]))
}

/** The keys of the root: who acts as authority of the country. */
export async function rootKeys(signal?: Signal): Promise<string[]> {
  const found = await get<Schemas['Grants']>(
    '/v1/roles/grants',
    { division: '0', role: 'authority', state: 'acting', limit: 100 },
    signal,
  )
  return found.grants.filter((each) => each.division === '0').map((each) => each.holder)
}
