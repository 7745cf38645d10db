import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { auditor } from '@/words/auditor'

/** Every key of a tree of words, dotted. */
function keysOf(words: object, before: string): string[] {
  return Object.entries(words).flatMap(([name, value]) =>
    typeof value === 'string' ? [`${before}.${name}`] : keysOf(value as object, `${before}.${name}`),
  )
}

const VIEWS = join(import.meta.dirname, '../../../src/views/auditor')
const SOURCE = readdirSync(VIEWS, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(vue|ts)$/.test(name))
  .map((name) => readFileSync(join(VIEWS, name), 'utf8'))
  .join('\n')

describe('the words of the auditor', () => {
  it('are the same keys in both languages', () => {
    expect(keysOf(auditor.zh, 'auditor')).toEqual(keysOf(auditor.en, 'auditor'))
  })

  it('are all there where a view names them', () => {
    const there = new Set(keysOf(auditor.en, 'auditor'))
    const named = [...SOURCE.matchAll(/'(auditor(?:\.\w+){2,})'/g)].map((found) => found[1]!)
    expect(named.length).toBeGreaterThan(150)
    expect(named.filter((key) => !there.has(key))).toEqual([])
  })
})
