/** The parts of ECharts that the page draws with. */
import { BarChart, GraphChart, HeatmapChart, LineChart, SankeyChart, TreeChart, TreemapChart } from 'echarts/charts'
import {
  CalendarComponent,
  GridComponent,
  LegendComponent,
  TooltipComponent,
  VisualMapComponent,
} from 'echarts/components'
import { init, use, type ECharts } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

use([
  BarChart,
  CalendarComponent,
  GraphChart,
  GridComponent,
  HeatmapChart,
  LegendComponent,
  LineChart,
  SankeyChart,
  SVGRenderer,
  TooltipComponent,
  TreeChart,
  TreemapChart,
  VisualMapComponent,
])

/** Begin a chart in a place. */
export function begin(place: HTMLElement): ECharts {
  return init(place, null, { renderer: 'svg' })
}
