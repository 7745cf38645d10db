/** The picture of what lay at a site of one item over time. */
import type { EChartsCoreOption } from 'echarts/core'

import { dayOf, moment, quantity } from '@/format'
import { measured } from '@/names'

import { itemSaid } from '../said'

import type { Goods, Step } from './card'

/** Moments as the ledger has them and quantities with their unit, whatever the browser would write. */
export function overTime(goods: Goods, steps: readonly Step[]): EChartsCoreOption {
  return {
    animation: false,
    aria: { enabled: true },
    grid: { left: 8, right: 24, top: 16, bottom: 8, containLabel: true },
    tooltip: {
      trigger: 'axis',
      renderMode: 'richText',
      formatter: ([at]: { dataIndex: number }[]) => {
        const step = steps[at?.dataIndex ?? -1]
        return step === undefined ? '' : `${moment(step.at)}\n${itemSaid(goods)} ${measured(step.quantity, goods.unit)}`
      },
    },
    xAxis: {
      type: 'time',
      axisLabel: { hideOverlap: true, formatter: (at: number) => dayOf(new Date(at).toISOString()) },
    },
    yAxis: { type: 'value', minInterval: 1, min: 0, axisLabel: { formatter: (value: number) => quantity(Math.round(value)) } },
    series: [
      {
        name: itemSaid(goods),
        type: 'line',
        step: 'end',
        color: '#1f5f4a',
        areaStyle: { opacity: 0.12 },
        data: steps.map((step) => [step.at, Number(step.quantity)]), // rounded as a picture is
      },
    ],
  }
}
