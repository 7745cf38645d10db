import { ElButton, ElCheckbox, ElOption, ElSelect } from 'element-plus'
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { i18n, useLanguage } from '@/i18n'
import EvidenceFile from '@/views/auditor/site/EvidenceFile.vue'

import { serverAnswers, type AskedOf } from '../../answers'
import { SITE } from './shapes'

const FILE = `${JSON.stringify({ type: 'evidence', block: 48, site: SITE })}\n`

let answer: (text: string) => void
let view: VueWrapper

beforeEach(() => {
  useLanguage('en')
  vi.stubGlobal('fetch', (path: string) =>
    path.startsWith('/v1/evidence')
      ? new Promise((resolve) => {
          answer = (text) =>
            resolve(new Response(text, { headers: { 'content-disposition': 'attachment; filename="evidence.jsonl"' } }))
        })
      : Promise.resolve(new Response(JSON.stringify({ totals: [] }))),
  )
  view = mount(EvidenceFile, { props: { site: SITE, day: '', documents: 3 }, global: { plugins: [i18n] } })
})
afterEach(() => {
  view.unmount()
  vi.unstubAllGlobals()
})

async function made(): Promise<void> {
  await flushPromises()
  await view.findComponent(ElButton).trigger('click')
}

describe('a file of evidence', () => {
  it('is shown with what it tells', async () => {
    await made()
    answer(FILE)
    await vi.waitFor(() => expect(view.text()).toContain('The file is made'))
  })

  it('that was asked for with other choices is not shown as the one of these', async () => {
    await view.findComponent(ElCheckbox).find('input').setValue(true)
    await made()
    await view.findComponent(ElCheckbox).find('input').setValue(false)
    answer(FILE)
    await vi.waitFor(() => expect(view.findComponent(ElButton).props('loading')).toBe(false))
    expect(view.text()).not.toContain('The file is made')
  })

  it('is narrowed by what was there on the chosen day, or says why not', async () => {
    const asked = serverAnswers({ [`GET /v1/stock/totals/${SITE}`]: () => new TypeError('away') })
    await view.setProps({ day: '2026-09-05' })
    await flushPromises()
    expect(asked[0]!.path).toBe(`/v1/stock/totals/${SITE}?as_of=${encodeURIComponent('2026-09-05T23:59:59+08:00')}`)
    expect(view.get('[role=alert]').text()).toContain('cannot be reached')
  })

  it('is still of the chosen item, by its name, on a day when there was nothing of it', async () => {
    const mask = { item: 'a1', item_name: { zh: '口罩', en: 'Masks' }, unit: 'XBX' }
    serverAnswers({
      [`GET /v1/stock/totals/${SITE}`]: ({ path }: AskedOf) => ({
        body: { totals: path.includes('as_of') ? [] : [mask] },
      }),
    })
    view.unmount()
    view = mount(EvidenceFile, { props: { site: SITE, day: '', documents: 3 }, global: { plugins: [i18n] } })
    await flushPromises()
    view.findComponent(ElSelect).vm.$emit('update:modelValue', 'a1')
    await view.setProps({ day: '2026-09-05' })
    await flushPromises()
    const offered = view.findAllComponents(ElOption).map((each) => each.props('label'))
    expect(offered).toEqual(['all items', expect.stringContaining('Masks')])
    expect(view.findComponent(ElSelect).props('modelValue')).toBe('a1')
  })

  it('that came in part is not handed on, and says so', async () => {
    await made()
    answer(`${FILE}{"type":"docu`)
    await vi.waitFor(() => expect(view.find('[role=alert]').text()).toContain('no file of evidence'))
    expect(view.text()).not.toContain('The file is made')
  })
})
