/**
 * A trace as a picture: nodes and what went between them, summed.
 *
 * Reversed entries moved nothing in the end and are left out. What a repack took and what came out are ends of their
 * own, since goods of one item that become another would otherwise flow in a circle at one site. Units of different
 * items cannot be summed, so that a picture is of one item.
 */
import type { Schemas } from '@/api/client'

export type TraceEntry = Schemas['TraceEntry']

export type NodeKind = 'source' | 'site' | 'consignee' | 'outcome'

export interface FlowNode {
  readonly id: string
  readonly kind: NodeKind
  /** Of a site or consignee its code; of a source its id; of an outcome its kind; empty for what is not told. */
  readonly of: string
}

export interface FlowLink {
  readonly source: string
  readonly target: string
  readonly quantity: bigint
}

export interface Flow {
  readonly nodes: readonly FlowNode[]
  readonly links: readonly FlowLink[]
  /** Whether something came back to where it had been, which a Sankey cannot show. */
  readonly isCyclic: boolean
}

/** Sum what entries tell of the lots in `ofItem`. */
export function flowOf(entries: readonly TraceEntry[], ofItem: (lot: string) => boolean): Flow {
  const nodes = new Map<string, FlowNode>()
  const links = new Map<string, { source: string; target: string; quantity: bigint }>()

  function add(from: FlowNode, to: FlowNode, quantity: bigint): void {
    if (from.id === to.id || quantity === 0n) return
    nodes.set(from.id, from)
    nodes.set(to.id, to)
    const key = `${from.id}>${to.id}`
    const before = links.get(key)
    if (before) before.quantity += quantity
    else links.set(key, { source: from.id, target: to.id, quantity })
  }

  for (const entry of entries) {
    if (entry.is_reversed === true) continue
    if (ofItem(entry.lot)) add(beginOf(entry), endOf(entry), BigInt(entry.quantity))
    if (entry.into !== null && ofItem(entry.into.lot))
      add(node('outcome', 'repacked_in'), siteOf(entry.to_site ?? entry.from_site), BigInt(entry.into.quantity))
  }
  const summed = [...links.values()]
  return { nodes: [...nodes.values()], links: summed, isCyclic: hasCycle([...nodes.keys()], summed) }
}

/** Whether links lead from somewhere back to it. */
export function hasCycle(nodes: readonly string[], links: readonly Pick<FlowLink, 'source' | 'target'>[]): boolean {
  const incoming = new Map(nodes.map((id) => [id, 0]))
  for (const { target } of links) incoming.set(target, (incoming.get(target) ?? 0) + 1)
  const free = [...incoming].filter(([, count]) => count === 0).map(([id]) => id)
  let seen = 0
  for (let id = free.pop(); id !== undefined; id = free.pop()) {
    seen += 1
    for (const { source, target } of links) {
      if (source !== id) continue
      const left = (incoming.get(target) ?? 0) - 1
      incoming.set(target, left)
      if (left === 0) free.push(target)
    }
  }
  return seen < incoming.size
}

function beginOf(entry: TraceEntry): FlowNode {
  switch (entry.kind) {
    case 'opening':
      return node('outcome', 'opening')
    case 'received':
      return node('source', entry.origin?.source ?? '')
    case 'gained':
      return node('outcome', 'gained')
    case 'held':
      return siteOf(entry.to_site)
    default:
      return siteOf(entry.from_site ?? entry.to_site)
  }
}

function endOf(entry: TraceEntry): FlowNode {
  switch (entry.kind) {
    case 'opening':
    case 'received':
    case 'gained':
    case 'moved':
      return siteOf(entry.to_site)
    case 'issued':
      return node('consignee', entry.consignee ?? '')
    case 'repacked':
      return node('outcome', 'repacked_out')
    default:
      return node('outcome', entry.kind)
  }
}

function siteOf(code: string | null): FlowNode {
  return node('site', code ?? '')
}

function node(kind: NodeKind, of: string): FlowNode {
  return { id: `${kind}:${of}`, kind, of }
}

export interface Whereabout {
  /** Kind of its entries. */
  readonly kind: string
  readonly key: string
  readonly node: FlowNode
  readonly lot: string
  readonly quantity: bigint
  readonly isStale: boolean
}

const ENDS = new Set(['held', 'in_transit', 'returning', 'missing', 'issued'])

/** Where what was traced is now: on hand, underway, missing, or with whoever got it; by place and lot. */
export function whereabouts(entries: readonly TraceEntry[]): Whereabout[] {
  const found = new Map<string, Whereabout>()
  for (const entry of entries) {
    if (!ENDS.has(entry.kind) || entry.is_reversed === true) continue
    const place = entry.kind === 'issued' ? endOf(entry) : siteOf(entry.to_site ?? entry.from_site)
    const key = `${entry.kind} ${place.id} ${entry.lot}`
    const quantity = (found.get(key)?.quantity ?? 0n) + BigInt(entry.quantity)
    found.set(key, { key, kind: entry.kind, node: place, lot: entry.lot, quantity, isStale: entry.is_stale === true })
  }
  return [...found.values()]
}
