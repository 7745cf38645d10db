import { beforeEach, expect, it } from 'vitest'

import { session } from '@/session'
import { mySites } from '@/sites'

import { serverAnswers, type AskedOf } from './answers'

const row = (site: string) => ({ site, name: null, mode: 'government' })
const WARD = { account: 'ward', divisions: ['420102', '420106'], scopes: ['read'] }
const page = ({ path }: AskedOf) => ({
  body: { sites: [row(path.includes('420106') ? '420106001001101' : '420102001001101')], next_after: null },
})

beforeEach(() => {
  session.who = { ...WARD }
})

it('are those of every division, each once, in their order', async () => {
  serverAnswers({ 'GET /v1/sites': page })
  session.who = { ...WARD, divisions: ['420106', '420102', '4201020'] }
  expect((await mySites()).map((each) => each.site)).toEqual(['420102001001101', '420106001001101'])
})

it('are asked for once, and anew when somebody signs in', async () => {
  const asked = serverAnswers({ 'GET /v1/sites': page })
  await Promise.all([mySites(), mySites()])
  await mySites()
  expect(asked).toHaveLength(2)
  session.who = { ...WARD }
  await mySites()
  expect(asked).toHaveLength(4)
})

it('are asked for again after a failure', async () => {
  serverAnswers({ 'GET /v1/sites': () => new TypeError('away') })
  await expect(mySites()).rejects.toThrow()
  serverAnswers({ 'GET /v1/sites': page })
  expect(await mySites()).toHaveLength(2)
})
