import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'

import { i18n, useLanguage } from '@/i18n'
import BooksView from '@/views/auditor/books/BooksView.vue'
import FileField from '@/views/auditor/books/FileField.vue'

import { late } from '../../answers'
import { SITE } from './shapes'

afterEach(() => vi.unstubAllGlobals())

it('a book that is compared after its view was left does not change the address', async () => {
  useLanguage('en')
  const book = late()
  vi.stubGlobal('fetch', () => book.answer)
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:rest(.*)*', component: { template: '<p />' } }],
  })
  await router.push(`/audit/books?site=${SITE}`)
  const stubs = { AuditNav: true, SitePicker: true, BookReport: true }
  const host = { components: { BooksView }, props: ['isOpen'], template: '<BooksView v-if="isOpen" />' }
  const view = mount(host, { props: { isOpen: true }, global: { plugins: [i18n, router], stubs } })
  await view.findComponent(FileField).setValue(new File(['a,b'], 'book.csv'))
  await view.get('form').trigger('submit')
  expect(view.find('[role=status]').exists()).toBe(true) // it is being compared
  await router.push('/trace?q=masks')
  await view.setProps({ isOpen: false })
  book.resolve({ id: 'b1' })
  await flushPromises()
  expect(router.currentRoute.value.fullPath).toBe('/trace?q=masks')
})
