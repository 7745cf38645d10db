import { beforeEach, expect, it } from 'vitest'

import { session } from '@/session'
import { mySite } from '@/views/keeper/my-site'

const FIRST = '420102001002101'
const OTHER = '420102001002401'
const as = (account: string | null) => (session.who = account ? { account, divisions: ['420102'], scopes: [] } : null)

beforeEach(() => {
  as(null)
  localStorage.clear()
})

it('remembers for each keeper of a tablet the site that they chose', () => {
  as('0xa1')
  expect(mySite().value).toBeNull()
  mySite().value = FIRST
  as('0xb2')
  expect(mySite().value).toBeNull() // never that of somebody else
  mySite().value = OTHER
  as('0xa1')
  expect(mySite().value).toBe(FIRST)
})

it('stays where the session of its keeper ends by itself', () => {
  as('0xa1')
  mySite().value = FIRST
  session.isOver = true
  expect(mySite().value).toBe(FIRST)
})

it('takes nothing for a site that is none', () => {
  localStorage.setItem('shecang.site.0xa1', '<script>')
  as('0xa1')
  expect(mySite().value).toBeNull()
})
