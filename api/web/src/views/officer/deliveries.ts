/** What a supplier delivered: receipts line by line, sums by item, and the shares that the picture draws. */
import type { EChartsCoreOption } from 'echarts/core'

import type { Schemas } from '@/api/client'

export type Delivery = Schemas['Delivery']

/** What a bar of the picture is drawn from. */
export type Share = Pick<Schemas['DeliverySum'], 'item' | 'item_name' | 'delivered' | 'accepted' | 'rejected'>

/** One line of one receipt, as the table shows it. */
export type DeliveryRow = Schemas['DeliveryLine'] & { readonly delivery: Delivery }

/** The lines of receipts, one after the other. */
export function rowsOf(deliveries: readonly Delivery[]): DeliveryRow[] {
  return deliveries.flatMap((delivery) => delivery.lines.map((line) => ({ ...line, delivery })))
}

/** A part of a whole in per cent, to a tenth; 0 of nothing. */
export function percent(part: string, whole: string): number {
  const all = BigInt(whole)
  return all === 0n ? 0 : Number((BigInt(part) * 1_000n + all / 2n) / all) / 10
}

/** Accepted and rejected share by item, one bar each: units differ, so that shares alone can be compared. */
export function sharesOption(
  sums: readonly Share[],
  words: { accepted: string; rejected: string; name: (sum: Share) => string },
): EChartsCoreOption {
  const shown = [...sums].reverse() // the first item on top
  const series = (name: string, color: string, of: (sum: Share) => number): object => ({
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
