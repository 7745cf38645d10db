import { mount } from '@vue/test-utils'
import { expect, it } from 'vitest'
import { h, type Component } from 'vue'

import { i18n } from '@/i18n'
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
    global: { plugins: [i18n] },
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

it('draws some of many rows, and as many more by a button', async () => {
  const view = mount(DataTable as unknown as Component, {
    props: {
      caption: 'What there is',
      columns: [{ key: 'code', label: 'Code' }],
      rows: Array.from({ length: 5 }, (_, n) => ({ code: String(n) })),
      rowKey: (row: { code: string }) => row.code,
      step: 2,
    },
    attrs: { class: 'wide' },
    global: { plugins: [i18n] },
  })
  const drawn = () => view.findAll('tbody tr').length
  expect([drawn(), view.get('table').classes()]).toEqual([2, ['data-table', 'wide']])
  await view.get('button').trigger('click')
  expect(drawn()).toBe(4)
  await view.get('button').trigger('click')
  expect([drawn(), view.find('button').exists()]).toEqual([5, false])
})
