/**
 * Kinds of documents: their numbers and names, how many words a line has, and which function records them.
 *
 * The same as `ledger_client/documents.py`, `lines.py` and `calldata.py`; the vectors hold the two together.
 */

/** A kind as JSON writes it. */
export const KINDS = [
  'opening',
  'receipt',
  'release',
  'hold',
  'issue',
  'hand-over',
  'dispatch',
  'acceptance',
  'contest',
  'return',
  'return-acceptance',
  'settlement',
  'count',
  'write-off',
  'repack',
  'reversal',
  'recall',
  'lift',
] as const

export type Kind = (typeof KINDS)[number]

/** The number that every content digest has for a kind: its place above, from 1. */
export function kindNumber(kind: Kind): bigint {
  return BigInt(KINDS.indexOf(kind) + 1)
}

/** English and Chinese name of every kind. */
export const KIND_NAMES: Readonly<Record<Kind, readonly [en: string, zh: string]>> = {
  opening: ['opening', '期初'],
  receipt: ['receipt', '收货'],
  release: ['release', '放行'],
  hold: ['hold', '暂扣'],
  issue: ['issue', '发放'],
  'hand-over': ['hand-over', '交接'],
  dispatch: ['dispatch', '发运'],
  acceptance: ['acceptance', '验收'],
  contest: ['contest', '异议'],
  return: ['return', '退回'],
  'return-acceptance': ['return-acceptance', '退回验收'],
  settlement: ['settlement', '差异处理'],
  count: ['count', '盘点'],
  'write-off': ['write-off', '核销'],
  repack: ['repack', '换装'],
  reversal: ['reversal', '冲销'],
  recall: ['recall', '召回'],
  lift: ['lift of a recall', '解除召回'],
}

/** First four bytes of the call of the function of `IStockLedger` that records each kind. */
export const SELECTORS: Readonly<Record<Kind, string>> = {
  opening: '85ca5b55', // open
  receipt: '3346f680', // receiveGoods
  release: '63e4ad14', // release
  hold: 'ca995b9d', // hold
  issue: 'aa52adac', // issue
  'hand-over': '3abe35ba', // handOver
  dispatch: '724461a2', // dispatch
  acceptance: '272f867c', // accept
  contest: '6cbac981', // contest
  return: '8500a347', // returnConsignment
  'return-acceptance': '8d768dcb', // acceptReturn
  settlement: '58c5abff', // settle
  count: 'c05a31e0', // count
  'write-off': '54a7259f', // writeOff
  repack: '499ffdbf', // repack
  reversal: 'e52fb64f', // reverse
  recall: '05b4b3be', // recall
  lift: '2d330c57', // lift
}

/** Kinds that take a consignment further, and so bring along what is left of it. */
export const STEPS: ReadonlySet<Kind> = new Set<Kind>([
  'acceptance',
  'contest',
  'return',
  'return-acceptance',
  'settlement',
])

/** Kinds whose lines name lots and no quantities. */
export const WITHOUT_QUANTITY: ReadonlySet<Kind> = new Set<Kind>(['release', 'hold', 'recall', 'lift'])

/** Kinds of which a lot has one line, whatever the reason. */
export const BY_LOT: ReadonlySet<Kind> = new Set<Kind>([...WITHOUT_QUANTITY, 'dispatch', 'count'])

const RECORDED_BY_RECEIVER: ReadonlySet<Kind> = new Set<Kind>(['opening', 'receipt', 'acceptance', 'contest'])

/** Whether a document gets its key from the site that it goes to, and not from the one that it comes from. */
export function isRecordedByReceiver(kind: Kind): boolean {
  return RECORDED_BY_RECEIVER.has(kind)
}

/** How many words a line has. */
export function lineWidth(kind: Kind): number {
  if (kind === 'opening' || kind === 'receipt') return 4
  if (kind === 'repack') return 5
  return kind === 'count' ? 2 : 1
}
