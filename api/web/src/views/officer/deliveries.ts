/** What a supplier delivered: sums by item, and the shares that the picture draws. */
import type { EChartsCoreOption } from 'echarts/core'

import type { Schemas } from '@/api/client'

/** Quantities are decimal strings in the item's base unit. */
export interface DeliverySum {
  readonly item: string
  readonly item_name: Schemas['Name'] | null
  readonly unit: string
  readonly delivered: string
  readonly accepted: string
  readonly rejected: string
}

export interface Delivery extends DeliverySum {
  readonly document: string
  readonly occurred_at: string
  readonly is_day_only: boolean
  readonly is_reversed: boolean
  readonly site: string
  readonly site_name: Schemas['Name'] | null
  readonly is_held: boolean | null
  readonly verdict: Schemas['RecordedVerdict'] | null
}

export interface Deliveries {
  readonly sums: readonly DeliverySum[]
  readonly deliveries: readonly Delivery[]
  readonly next_after: string | null
  readonly block: Schemas['Block']
}

/** A part of a whole in per cent, to a tenth; 0 of nothing. */
export function percent(part: string, whole: string): number {
  const all = BigInt(whole)
  return all === 0n ? 0 : Number((BigInt(part) * 1_000n + all / 2n) / all) / 10
}

/** Accepted and rejected share by item, one bar each: units differ, so that shares alone can be compared. */
export function sharesOption(
  sums: readonly DeliverySum[],
  words: { accepted: string; rejected: string; name: (sum: DeliverySum) => string },
): EChartsCoreOption {
  const shown = [...sums].reverse() // the first item on top
  const series = (name: string, color: string, of: (sum: DeliverySum) => number): object => ({
    name,
    type: 'bar',
    stack: 'share',
    barMaxWidth: 22,
    itemStyle: { color },
    data: shown.map(of),
  })
  return {
    animation: false,
    aria: { enabled: true },
    legend: { top: 0 },
    tooltip: { trigger: 'axis', renderMode: 'richText', axisPointer: { type: 'shadow' }, valueFormatter: asPercent },
    grid: { left: 8, right: 24, top: 32, bottom: 8, containLabel: true },
    xAxis: { type: 'value', max: 100, axisLabel: { formatter: '{value}%' } },
    yAxis: {
      type: 'category',
      data: shown.map(words.name),
      axisLabel: { width: 130, overflow: 'truncate' },
    },
    series: [
      series(words.accepted, '#1f6b3a', (sum) => percent(sum.accepted, sum.delivered)),
      series(words.rejected, '#a3201d', (sum) => percent(sum.rejected, sum.delivered)),
    ],
  }
}

function asPercent(value: unknown): string {
  return `${String(value)}%`
}
