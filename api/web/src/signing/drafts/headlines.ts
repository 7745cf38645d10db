/** The first sentence of a draft of each kind: what moves between whom. */
import type { Content } from './draft'
import type { Kind } from './kinds'
import type { Naming } from './naming'

type Pair = readonly [en: string, zh: string]

/** What stands before the headline of what a reversal undoes. */
export const REVERSAL: Pair = ['Reversal, as if it had not been, of: ', '冲销（视同从未发生）：']

const AUTHORITY: Pair = ['an authority of the country', '国家级主管机构']

const HEADLINES: Readonly<Record<Exclude<Kind, 'reversal'>, Pair>> = {
  opening: ['Opening: {to} begins, with what it holds already.', '期初：{to}启用，登记现有物资。'],
  receipt: ['Receipt: {to} receives from {fromParty}.', '收货：{to}收到{fromParty}的物资。'],
  release: ['Release: {from} frees held lots.', '放行：{from}解除批次暂扣。'],
  hold: ['Hold: {from} holds lots.', '暂扣：{from}暂扣批次。'],
  issue: ['Issue: {from} issues to {toParty}.', '发放：{from}向{toParty}发放物资。'],
  'hand-over': ['Hand-over: {from} hands over to {to}, at once.', '交接：{from}当面交接给{to}。'],
  dispatch: ['Dispatch: goods leave {from} for {to}.', '发运：物资自{from}发往{to}。'],
  acceptance: [
    'Acceptance: {to} accepts a consignment from {from}, but for what follows.',
    '验收：{to}验收来自{from}的在途单，下列各项除外。',
  ],
  contest: ['Contest: {to} contests a consignment from {from}.', '异议：{to}对来自{from}的在途单提出异议。'],
  return: ['Return: {from} takes its consignment to {to} back.', '退回：{from}收回发往{to}的在途单。'],
  'return-acceptance': [
    'Return-acceptance: {from} accepts what {to} sent back, but for what follows.',
    '退回验收：{from}验收{to}退回的物资，下列各项除外。',
  ],
  settlement: [
    'Settlement: what became of what is missing between {from} and {to}.',
    '差异处理：{from}与{to}之间缺失物资的去向。',
  ],
  count: ['Count: what was counted at {from}.', '盘点：{from}的盘点结果。'],
  'write-off': ['Write-off: {from} writes goods off.', '核销：{from}核销物资。'],
  repack: ['Repack: {from} turns lots into others.', '换装：{from}将批次换装为其他批次。'],
  recall: ['Recall: {issuer} recalls lots everywhere.', '召回：{issuer}召回下列批次（全部储备点）。'],
  lift: ['Lift: {issuer} lifts the recall of lots.', '解除召回：{issuer}解除下列批次的召回。'],
}

/** The headline of a document; of a receipt or issue the other side is no site, whatever its number. */
export function headline(kind: Kind, { from, to }: Content, naming: Naming): string {
  if (kind === 'reversal') throw new TypeError('a reversal is said by what it undoes')
  const said: Record<string, () => string> = {
    from: () => naming.site(from),
    to: () => naming.site(to),
    fromParty: () => naming.party(from),
    toParty: () => naming.party(to),
    issuer: () => (from ? naming.party(from) : naming.tr(...AUTHORITY)),
  }
  return naming.tr(...HEADLINES[kind]).replace(/\{(\w+)\}/g, (_, name: string) => said[name]!())
}
