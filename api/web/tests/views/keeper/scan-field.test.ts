import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { reactive } from 'vue'

import { useLanguage } from '@/i18n'
import ScanField from '@/views/keeper/parts/ScanField.vue'

import { SITE } from './holdings'
import { show } from './shown'

const KNOWN = { item: '299010110001', item_name: null, batch: null, made: null, expires: null, units: null }
let view: VueWrapper
let form: { fields: { scans: string[] } }
let asked: string[]
/** Ends the answers that are still on their way, the first one first. */
let answers: ((answer: object | Error, status?: number) => void)[]

async function scan(label: string): Promise<void> {
  const input = view.get('input')
  // A scanner types behind what stands there, where nothing is selected.
  await input.setValue(input.element.value + label)
  await input.trigger('keydown', { key: 'Enter' })
  await flushPromises()
}

async function answer(said: object | Error, status = 200): Promise<void> {
  answers.shift()!(said, status)
  await flushPromises()
}

const readOf = (): unknown[] => (view.emitted('read') ?? []).map(([label]) => (label as { batch: unknown }).batch)

beforeEach(async () => {
  useLanguage('en')
  asked = []
  answers = []
  vi.stubGlobal('fetch', (path: string) => {
    asked.push(new URL(path, 'http://x').searchParams.get('label') ?? '')
    return new Promise((resolve, reject) =>
      answers.push((said, status) =>
        said instanceof Error ? reject(said) : resolve(new Response(JSON.stringify(said), { status: status ?? 200 })),
      ),
    )
  })
  form = { fields: reactive({ scans: [] }) }
  ;({ view } = await show(ScanField, { form, site: SITE }))
})
afterEach(() => view.unmount())

describe('labels that are scanned', () => {
  it('are kept with the form without a connection, and read when it is there again', async () => {
    await scan('A')
    await scan('B')
    await answer(new TypeError('network'))
    expect(form.fields.scans).toEqual(['A', 'B'])
    view.unmount()
    ;({ view } = await show(ScanField, { form, site: SITE }))
    expect(view.text()).toContain('2')
    await answer({ ...KNOWN, batch: 'A' })
    await answer({ ...KNOWN, batch: 'B' })
    expect(readOf()).toEqual(['A', 'B'])
    expect(form.fields.scans).toEqual([])
  })

  it('are two where the second comes before the first is read, in their order', async () => {
    await scan('A')
    await scan('B')
    expect(view.get('input').element.value).toBe('')
    await answer({ ...KNOWN, batch: 'A' })
    await answer({ ...KNOWN, batch: 'B' })
    expect(asked).toEqual(['A', 'B'])
    expect(readOf()).toEqual(['A', 'B'])
  })

  it('stand there again where nobody knows them, to be replaced by the next one', async () => {
    view.get('input').element.focus()
    await scan('A')
    await answer({ ...KNOWN, item: null })
    const { element } = view.get('input')
    expect(element.value).toBe('A')
    expect([element.selectionStart, element.selectionEnd]).toEqual([0, 1])
    expect(view.get('.field-problem').text()).toContain('“A”')
  })

  it('are not typed behind one that is being scanned, and are named', async () => {
    await scan('A')
    await view.get('input').setValue('B-half')
    await answer({ type: 't', title: 't', detail: 'no label', errors: [] }, 422)
    expect(view.get('input').element.value).toBe('B-half')
    expect(view.get('.field-problem').text()).toBe('“A”: no label')
    await view.get('input').setValue('')
    await scan('C')
    await answer({ type: 't', title: 't', detail: '“C” is no label', errors: [] }, 422)
    expect(view.get('.field-problem').text()).toBe('“C” is no label')
  })

  it('wait without a connection, and are read in their order afterwards', async () => {
    await scan('A')
    await answer(new TypeError('network'))
    expect(view.text()).toContain('“A” is not read yet')
    await scan('B')
    await answer({ ...KNOWN, batch: 'A' })
    await answer({ ...KNOWN, batch: 'B' })
    expect(asked).toEqual(['A', 'A', 'B'])
    expect(readOf()).toEqual(['A', 'B'])
    expect(view.find('.field-problem').exists()).toBe(false)
  })
})
