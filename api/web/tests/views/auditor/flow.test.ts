import { describe, expect, it } from 'vitest'

import { flowOf, hasCycle, whereabouts } from '@/views/auditor/trace/flow'

import { OTHER, SITE, traced } from './shapes'

const LOT = 'a'.repeat(40)
const MADE = 'b'.repeat(40)
const THIRD = '420103001001101'
const SOURCE = 'd'.repeat(40)
const all = () => true

const RECEIVED = traced({
  kind: 'received',
  to_site: SITE,
  quantity: '600',
  origin: {
    source: SOURCE,
    source_name: null,
    verdict: 'valid',
    verdict_now: 'valid',
    qualification: null,
    issuer: null,
    issuer_name: null,
  },
})
const there = traced({ from_site: SITE, to_site: OTHER, quantity: '100' })
const back = traced({ from_site: OTHER, to_site: SITE, quantity: '40' })

function linksOf(flow: ReturnType<typeof flowOf>): string[] {
  return flow.links.map((link) => `${link.source} ${link.target} ${link.quantity}`)
}

describe('a trace as a flow', () => {
  it('leads from the source over sites to where the goods are', () => {
    const flow = flowOf(
      [
        RECEIVED,
        there,
        traced({ kind: 'issued', from_site: OTHER, consignee: 'c1', quantity: '30' }),
        traced({ kind: 'held', to_site: SITE, quantity: '500', is_reversed: null }),
        traced({ kind: 'in_transit', from_site: OTHER, to_site: THIRD, quantity: '70' }),
      ],
      all,
    )
    expect(linksOf(flow)).toEqual([
      `source:${SOURCE} site:${SITE} 600`,
      `site:${SITE} site:${OTHER} 100`,
      `site:${OTHER} consignee:c1 30`,
      `site:${SITE} outcome:held 500`,
      `site:${OTHER} outcome:in_transit 70`,
    ])
    expect(flow.isCyclic).toBe(false)
  })

  it('sums what went the same way', () => {
    expect(linksOf(flowOf([there, there], all))).toEqual([`site:${SITE} site:${OTHER} 200`])
  })

  it('leaves out what was reversed, and other items', () => {
    expect(flowOf([{ ...there, is_reversed: true }], all).links).toEqual([])
    expect(flowOf([there], (lot) => lot === MADE).links).toEqual([])
  })

  it('is a net, and no Sankey, where goods came back', () => {
    expect(flowOf([there, back], all).isCyclic).toBe(true)
  })

  it('does not turn in a circle where a lot is repacked at its site', () => {
    const repack = traced({ kind: 'repacked', from_site: SITE, to_site: SITE, quantity: '10', into: { lot: MADE, quantity: '200' } })
    const flow = flowOf([repack], all)
    expect(linksOf(flow)).toEqual([`site:${SITE} outcome:repacked_out 10`, `outcome:repacked_in site:${SITE} 200`])
    expect(flow.isCyclic).toBe(false)
    expect(linksOf(flowOf([repack], (lot) => lot === MADE))).toEqual([`outcome:repacked_in site:${SITE} 200`])
  })
})

describe('cycles', () => {
  it.each([
    ['nothing', [], [], false],
    ['a line', ['a', 'b', 'c'], ['ab', 'bc'], false],
    ['two ways to one place', ['a', 'b', 'c', 'd'], ['ab', 'ac', 'bd', 'cd'], false],
    ['a circle of three behind a line', ['a', 'b', 'c', 'd'], ['ab', 'bc', 'cd', 'db'], true],
  ])('in %s', (_what, nodes, links, expected) => {
    expect(hasCycle(nodes, links.map((link) => ({ source: link[0]!, target: link[1]! })))).toBe(expected)
  })
})

describe('where goods are now', () => {
  it('has what is on hand, underway and issued, each place and lot once', () => {
    const found = whereabouts([
      RECEIVED,
      there,
      traced({ kind: 'issued', from_site: SITE, consignee: 'c1', quantity: '30' }),
      traced({ kind: 'issued', from_site: SITE, consignee: 'c1', quantity: '20' }),
      traced({ kind: 'issued', from_site: SITE, consignee: 'c1', quantity: '99', is_reversed: true }),
      traced({ kind: 'held', to_site: SITE, quantity: '450', is_stale: true, is_reversed: null }),
    ])
    expect(found.map(({ kind, node, lot, quantity, isStale }) => [kind, node.of, lot, quantity, isStale])).toEqual([
      ['issued', 'c1', LOT, 50n, false],
      ['held', SITE, LOT, 450n, true],
    ])
  })
})
