import { mount } from '@vue/test-utils'
import { expect, it } from 'vitest'
import { h, type Component } from 'vue'

import DataTable from '@/parts/DataTable.vue'

import { violations } from '../axe'

interface Row {
  code: string
  free: string
}
const ROWS: Row[] = [
  { code: 'a', free: '1' },
  { code: 'b', free: '2' },
]

it('has each row by its columns, which a card of a narrow screen names too', async () => {
  const view = mount(DataTable as unknown as Component, {
    props: {
      caption: 'What there is',
      columns: [
        { key: 'code', label: 'Code' },
        { key: 'free', label: 'Free', isFigure: true },
      ],
      rows: ROWS,
      rowKey: (row: Row) => row.code,
      rowClass: (row: Row) => (row.free === '1' ? 'low' : ''),
    },
    slots: {
      code: ({ row, place }: { row: Row; place: number }) => h('b', `${place} ${row.code}`),
      free: ({ row }: { row: Row }) => row.free,
    },
    attachTo: document.body,
  })
  expect(view.findAll('tbody tr').map((row) => row.findAll('td').map((cell) => cell.text()))).toEqual([
    ['0 a', '1'],
    ['1 b', '2'],
  ])
  expect(view.findAll('tbody tr:first-child td').map((cell) => cell.attributes('data-label'))).toEqual(['Code', 'Free'])
  expect(view.findAll('.figure').map((each) => each.text())).toEqual(['Free', '1', '2'])
  expect(view.findAll('tr.low')).toHaveLength(1)
  expect(await violations(view.element.parentElement!)).toEqual([])
  view.unmount()
})
