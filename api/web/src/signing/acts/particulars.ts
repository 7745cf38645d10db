/** What is said of an argument behind the first sentence, by its name. */
import type { Hex } from 'viem'

import { NO_DIGEST } from '../drafts/lots'
import { bare } from '../drafts/words'
import type { Value } from './abi'
import type { Act } from './act'
import type { Phrases } from './phrases'

type Particular = (value: Value, phrases: Phrases, act: Act) => string

const grant: Particular = (value, phrases) => {
  const place = phrases.place(value as bigint)
  return phrases.tr(`It relies on the signer's grant for ${place}.`, `所依据的授权：${place}。`)
}

const classConsent: Particular = (value, { tr }) => {
  const { r, vs } = value as { r: Hex; vs: Hex }
  if (r === NO_DIGEST && vs === NO_DIGEST) {
    return tr('No consent to a class of roles comes with it.', '未随附角色类别同意书。')
  }
  const signature = `${r}${bare(vs)}`
  return tr(
    `The holder's consent to its class of roles, for life, comes with it: ${signature}.`,
    `随附持有人对其角色类别（终身）的同意：${signature}。`,
  )
}

export const PARTICULARS: Readonly<Record<string, Particular>> = {
  authorityDivision: grant,
  approverDivision: grant,
  keeperDivision: grant,
  reason: (value, phrases) => {
    const label = phrases.reason(value as bigint)
    return value
      ? phrases.tr(`Reason: ${label}.`, `原因：${label}。`)
      : phrases.tr('No reason is given.', '未填写原因。')
  },
  staleReason: (value, phrases) => {
    const label = phrases.reason(value as bigint)
    return value
      ? phrases.tr(
          `Givers whose count is overdue give all the same: ${label}.`,
          `盘点逾期的调出方仍可调出：${label}。`,
        )
      : phrases.tr('No giver whose count is overdue gives.', '盘点逾期的调出方不得调出。')
  },
  effectiveAt: (value, phrases, act) => {
    // Of a norm, no time is the one of the block; of all else it is 1970.
    if (act.contract === 'Norms' && !value) {
      return phrases.tr('It holds from the block that records it.', '自记录所在区块起生效。')
    }
    const when = phrases.moment(value as bigint)
    return phrases.tr(`It takes effect at ${when}.`, `生效时间：${when}。`)
  },
  source: (value, { tr }) => tr(`A decision of digest ${value} orders it.`, `所依据文件的摘要：${value}。`),
  compromisedSince: (value, phrases) => {
    if (!value) return ''
    const when = phrases.moment(value as bigint)
    return phrases.tr(
      `The key is said to be in foreign hands since ${when}.`,
      `据称该密钥自 ${when} 起为他人掌握。`,
    )
  },
  consent: (value, phrases, act) => ('document' in act.arguments ? '' : classConsent(value, phrases, act)),
  newHolderConsent: classConsent,
  anchor: (value, { tr }) =>
    value === NO_DIGEST
      ? tr('Nobody computed it: it was chosen.', '人工选定，非计算结果。')
      : tr(`It comes from the matching ${value}.`, `源自撮合结果 ${value}。`),
}
