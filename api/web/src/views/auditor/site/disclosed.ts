/** What a file of evidence tells, read from the file itself before it is handed on. */
import type { Schemas } from '@/api/client'

export interface Disclosed {
  readonly block: number
  readonly documents: number
  /** Codes of the sites that its documents name. */
  readonly sites: readonly string[]
  /** How many keys signed. */
  readonly keys: number
  readonly names: readonly Schemas['Name'][]
}

interface Line {
  readonly type: string
  readonly block?: number
  readonly site?: string
  readonly from?: string
  readonly to?: string
  readonly sender?: unknown
  readonly other?: unknown
  readonly approver?: unknown
  readonly zh?: string
  readonly en?: string
}

/** Sites have 15 digits; suppliers, donors and consignees stand there by ids of 160 bits, which are far larger. */
const SITE_BOUND = 10n ** 15n

/** Null where the text is no file of evidence, as one that came in part. */
export function disclosedBy(text: string): Disclosed | null {
  let block = 0
  let documents = 0
  const sites = new Set<string>()
  const keys = new Set<string>()
  const names: Schemas['Name'][] = []
  for (const raw of text.split('\n')) {
    if (raw === '') continue
    const line = readLine(raw)
    if (line === null) return null
    if (line.type === 'evidence') {
      block = line.block ?? 0
      if (line.site) sites.add(line.site)
    } else if (line.type === 'name') {
      names.push({ zh: line.zh ?? '', en: line.en ?? '' })
    } else if (line.type === 'document') {
      documents += 1
      for (const end of [line.from ?? '0', line.to ?? '0']) {
        const number = BigInt(`0x${end}`)
        if (number > 0n && number < SITE_BOUND) sites.add(String(number).padStart(15, '0'))
      }
      for (const signer of [line.sender, line.other, line.approver])
        if (Array.isArray(signer) && typeof signer[0] === 'string') keys.add(signer[0])
    }
  }
  return { block, documents, sites: [...sites].sort(), keys: keys.size, names }
}

function readLine(raw: string): Line | null {
  try {
    return JSON.parse(raw) as Line
  } catch {
    return null
  }
}
