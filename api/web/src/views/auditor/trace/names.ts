/** What the places of a trace are called, as far as names are told. */
import type { Schemas } from '@/api/client'
import { short } from '@/format'
import { i18n } from '@/i18n'
import { nameIn } from '@/names'

import type { FlowNode } from './flow'

/** A name for every node of a trace; sources are named by the entries that tell of them. */
export function namesOf(trace: Schemas['Trace']): (node: FlowNode) => string {
  const sources = new Map<string, Schemas['Name'] | null>()
  for (const { origin } of trace.entries) if (origin?.source) sources.set(origin.source, origin.source_name)
  const { t } = i18n.global

  return ({ kind, of }) => {
    if (kind === 'site') return nameIn(trace.site_names[of]) || of || t('auditor.trace.beyond')
    if (kind === 'source') return nameIn(sources.get(of)) || (of ? short(of) : t('auditor.trace.unknownSource'))
    if (kind === 'consignee')
      return nameIn(trace.consignee_names[of]) || (of ? short(of) : t('auditor.trace.unknownConsignee'))
    if (of === 'repacked_in') return t('auditor.trace.repackedIn')
    if (of === 'repacked_out') return t('auditor.trace.repackedOut')
    return t(`auditor.trace.flow.${of}`)
  }
}

/** An item of a trace with its lots; lots that are elsewhere have no item that is told. */
export interface TracedItem {
  readonly item: string
  readonly item_name: Schemas['Name'] | null
  readonly unit: string
  readonly lots: ReadonlySet<string>
}

/** The items of a trace's lots, of which it tells most first. */
export function itemsOf(trace: Schemas['Trace']): TracedItem[] {
  const items = new Map<string, { item: string; item_name: Schemas['Name'] | null; unit: string; lots: Set<string> }>()
  const known = new Set<string>()
  for (const { lot } of trace.accounts) {
    known.add(lot.lot)
    const before = items.get(lot.item) ?? { item: lot.item, item_name: lot.item_name, unit: lot.unit, lots: new Set() }
    before.lots.add(lot.lot)
    items.set(lot.item, before)
  }
  const told = (item: { lots: ReadonlySet<string> }) => trace.entries.filter((entry) => item.lots.has(entry.lot)).length
  const elsewhere = new Set(trace.entries.map((entry) => entry.lot).filter((lot) => !known.has(lot)))
  const found: TracedItem[] = [...items.values()]
    .map((item) => ({ item, entries: told(item) }))
    .sort((a, b) => b.entries - a.entries)
    .map((each) => each.item)
  if (elsewhere.size > 0) found.push({ item: '', item_name: null, unit: '', lots: elsewhere })
  return found
}
