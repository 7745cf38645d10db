import { describe, expect, it } from 'vitest'

import { WORDS } from '@/words'

/** Words for which the ledger has another one, in its own sentences and those of its server. */
const OTHERWISE: Readonly<Record<string, RegExp>> = {
  审批人: /审核/,
  保管员: /保管人/,
  见证人: /见证方/,
  审计员: /审计人(?!员)/,
  主管机构: /主管机关/,
  签发方: /发证机构|签发机构|颁证/,
  库存卡: /收发存卡|台账|卡片账/,
  储备标准: /储备规范|留存规范/,
  待我签署: /等我签|待我签字/,
}

function textsOf(words: object, at: string): [string, string][] {
  return Object.entries(words).flatMap(([key, word]: [string, unknown]): [string, string][] =>
    typeof word === 'string' ? [[`${at}.${key}`, word]] : textsOf(word as object, `${at}.${key}`),
  )
}

describe('the words of the page', () => {
  const texts = textsOf(WORDS.zh, 'zh')

  it.each(Object.entries(OTHERWISE))('say %s as the ledger does', (_word, others) => {
    expect(texts.length).toBeGreaterThan(1_000)
    expect(texts.filter(([, text]) => others.test(text))).toEqual([])
  })
})
