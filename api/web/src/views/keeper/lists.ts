/** The lists from which a keeper chooses: the catalogue, suppliers, whoever receives goods, other sites. */
import { useAnswer, type Answered } from '@/answer'
import type { Schemas } from '@/api/client'
import { short } from '@/format'
import { nameIn } from '@/names'
import { everyRow } from '@/paged'

import { say } from './plain'

/** The digits of a division that is a city: as far as goods usually travel. */
const CITY = 4

interface Option {
  value: string
  label: string
}

export function useItems(): Answered<Schemas['ItemRow'][]> {
  return useAnswer(() =>
    everyRow<Schemas['Items'], Schemas['ItemRow']>('/v1/items', { limit: 200 }, (page) => page.items),
  )
}

export function itemOption(row: Schemas['ItemRow']): Option {
  return { value: row.item, label: nameIn(row.name) || row.item }
}

export function useSuppliers(): Answered<Schemas['SupplierRow'][]> {
  return useAnswer(() =>
    everyRow<Schemas['Suppliers'], Schemas['SupplierRow']>('/v1/suppliers', { limit: 200 }, (page) => page.suppliers),
  )
}

export function supplierOption(row: Schemas['SupplierRow']): Option {
  return { value: row.supplier, label: nameIn(row.name) || say('from', { code: short(row.supplier) }) }
}

/** Whoever may be given goods in the city of a site. */
export function useConsignees(site: () => string | null): Answered<Schemas['ConsigneeRow'][]> {
  return useAnswer(() => {
    const chosen = site()
    if (chosen === null) return null
    return everyRow<Schemas['Consignees'], Schemas['ConsigneeRow']>(
      '/v1/consignees',
      { division: chosen.slice(0, CITY), limit: 200 },
      (page) => page.consignees.filter((row) => !row.is_closed),
    )
  }, site)
}

export function consigneeOption(row: Schemas['ConsigneeRow']): Option {
  return { value: row.consignee, label: nameIn(row.name) || say('consignee', { code: short(row.consignee) }) }
}

/** The other sites of a site's city. */
export function useOtherSites(site: () => string | null): Answered<Schemas['SiteRow'][]> {
  return useAnswer(() => {
    const chosen = site()
    if (chosen === null) return null
    return everyRow<Schemas['Sites'], Schemas['SiteRow']>(
      '/v1/sites',
      { division: chosen.slice(0, CITY), limit: 200 },
      (page) => page.sites.filter((row) => !row.is_closed && row.site !== chosen),
    )
  }, site)
}

export function siteOption(row: Schemas['SiteRow']): Option {
  return { value: row.site, label: nameIn(row.name) || row.site }
}
