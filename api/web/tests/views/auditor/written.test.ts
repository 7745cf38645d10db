import { beforeEach, describe, expect, it } from 'vitest'

import { useLanguage } from '@/i18n'
import { writtenFacts } from '@/views/auditor/document/written'

beforeEach(() => useLanguage('zh'))

describe('what signers wrote beside a document', () => {
  it('is told as facts, and a note by its word', () => {
    expect(writtenFacts({ note: '交接班', row: '7' })).toEqual([
      { label: '备注', value: '交接班' },
      { label: '行', value: '7' },
    ])
  })

  it('is told whole where it is nested, by the names as they were written', () => {
    expect(writtenFacts({ inspection: { report: null, passed: true, digests: ['0a', '0b'] } })).toEqual([
      { label: 'inspection › report', value: '无' },
      { label: 'inspection › passed', value: '是' },
      { label: 'inspection › digests › 1', value: '0a' },
      { label: 'inspection › digests › 2', value: '0b' },
    ])
  })
})
