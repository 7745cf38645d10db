/** What a keeper does beside documents, as a keeper would say it: asks for goods, withdraws that, lets goods count. */
import { i18n, language } from '@/i18n'
import { documentOf, say as exactly, type Act, type ActNames } from '@/signing/acts'
import { madeVisible } from '@/signing/characters'

import { momentOf, plainOf, reasonOf, say, Things, type Plain } from './plain'

type Values = Act['arguments']

/** As the contract counts them. */
const URGENCIES: Readonly<Record<string, string>> = { 1: 'routine', 2: 'urgent', 3: 'critical' }

const ACTS: Readonly<Record<string, (act: Act, names: ActNames) => Plain>> = {
  request: asking,
  withdrawRequest: (act) => ({ headline: say('withdraw'), goods: [], carried: null, more: whyOf(act.arguments) }),
  show: (act, names) => {
    const shown = plainOf(documentOf(act)!, names) // it has one: that is what is shown
    return { ...shown, headline: say('show', { what: shown.headline }) }
  },
}

/** Say what an act does; one that no keeper does is said as exactly as it is signed. */
export function plainOfAct(act: Act, names: ActNames): Plain {
  const plain = ACTS[act.function]?.(act, names)
  if (plain) return plain
  const [headline = '', ...more] = exactly(act, language(), names)
  return { headline, goods: [], carried: null, more }
}

function asking(act: Act, names: ActNames): Plain {
  const asked = act.arguments.asking as Values
  const [site, item, quantity] = [asked.site, asked.item, asked.quantity] as [bigint, bigint, bigint]
  const things = new Things(names)
  const consignee = asked.consignee as bigint
  const more = [
    say('neededBy', { day: momentOf(Number(asked.neededBy), true) }),
    i18n.global.t(`keeper.asking.urgencies.${URGENCIES[String(asked.urgency)]}`),
    ...(consignee ? [i18n.global.t('keeper.asking.for', { name: things.party(consignee, 'consignee') })] : []),
    ...whyOf(asked),
    ...noteOf(act),
  ]
  const goods = `${things.item(item)} · ${things.amount(quantity, item)}`
  return { headline: say('ask', { site: things.site(site) }), goods: [goods], carried: null, more }
}

function whyOf(values: Values): string[] {
  const why = reasonOf(Number(values.reason))
  return why ? [say('why', { why })] : []
}

function noteOf({ record }: Act): string[] {
  const { note, ...rest } = record?.body ?? {}
  if (typeof note === 'string' && Object.keys(rest).length === 0) return [say('noteSaid', { note: madeVisible(note) })]
  return note === undefined && Object.keys(rest).length === 0 ? [] : [say('note')]
}
