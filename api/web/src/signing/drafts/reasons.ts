/**
 * The published list of reasons, the same as `ledger_client/reasons.py`, with which a test compares it.
 *
 * Codes are part of digests and never change their meaning.
 */
import type { Kind } from './kinds'
import { MISSING } from './words'

/** What a reason may be given for. */
export type ReasonUse =
  | 'issue'
  | 'write-off'
  | 'rejection'
  | 'missing'
  | 'count'
  | 'hold'
  | 'release'
  | 'recall'
  | 'lift'
  | 'repack'
  | 'reversal'
  | 'revocation'
  | 'suspension'
  | 'reinstatement'
  | 'decision'
  | 'request'
  | 'withdrawal'
  | 'disapproval'
  | 'stale'
  | 'emergency'
  | 'emergency-end'

type Row = readonly [code: number, name: string, en: string, zh: string, uses: readonly ReasonUse[]]

/** Code, name as forms have it, English, Chinese, and what it may be given for. */
export const REASONS: readonly Row[] = [
  [10, 'damaged', 'damaged', '破损', ['write-off', 'rejection', 'missing', 'count', 'hold']],
  [11, 'spoilage', 'spoiled or soiled', '变质或污染', ['write-off', 'rejection', 'count', 'hold']],
  [12, 'expired', 'past its last day of use', '超过有效期', ['write-off', 'rejection', 'hold']],
  [13, 'quality-complaint', 'complaint about quality', '质量投诉', ['write-off', 'rejection', 'hold', 'recall']],
  [14, 'failed-inspection', 'failed an inspection', '检验不合格', ['write-off', 'rejection', 'hold', 'recall']],
  [15, 'returned-to-supplier', 'returned to the supplier', '退回供应商', ['write-off']],
  [16, 'theft', 'theft', '被盗', ['write-off', 'missing', 'count']],
  [17, 'used-in-training', 'used in training', '培训演练耗用', ['issue', 'write-off']],
  [20, 'short-delivered', 'delivered less than written', '短少', ['missing']],
  [21, 'not-arrived', 'did not arrive', '未送达', ['missing']],
  [22, 'wrong-item', 'another item than written', '品名不符', ['rejection', 'missing']],
  [23, 'papers-missing', 'papers are missing', '单证不全', ['rejection', 'hold']],
  [24, 'not-needed', 'not needed', '不需要', ['rejection', 'withdrawal', 'disapproval']],
  [30, 'counting-error', 'error of an earlier count or record', '原盘点或记录有误', ['count', 'reversal']],
  [31, 'unrecorded-movement', 'a movement that was not recorded', '漏记出入库', ['count']],
  [32, 'unexplained', 'unexplained', '原因不明', ['missing', 'count']],
  [40, 'distribution', 'distribution', '调配发放', ['issue']],
  [41, 'emergency', 'emergency', '应急', ['issue', 'release']],
  [42, 'earmarked', 'earmarked for this consignee', '定向捐赠', ['issue']],
  [50, 'donation', 'donation, checked by the approver', '捐赠物资，经审批人核验', ['release']],
  [51, 'cleared-by-inspection', 'cleared by inspection', '检验合格', ['release', 'lift']],
  [52, 'papers-completed', 'papers completed', '单证已补齐', ['release']],
  [53, 'recorded-late', 'recorded late, checked by the approver', '补录，经审批人核验', ['release']],
  [54, 'supplier-unqualified', 'supplier without valid qualification', '供应商无有效资质', ['hold']],
  [55, 'suspected-duplicate', 'suspected to be recorded twice', '疑似重复记录', ['hold']],
  [56, 'implausible-quantity', 'implausible quantity', '数量异常', ['hold']],
  [60, 'recalled-by-maker', 'recalled by its maker', '生产企业召回', ['hold', 'recall']],
  [61, 'recalled-by-authority', 'recalled by an authority', '主管部门召回', ['hold', 'recall']],
  [62, 'recall-mistaken', 'the recall was a mistake', '召回有误', ['lift']],
  [70, 'unpacked', 'unpacked', '拆箱', ['repack']],
  [71, 'packed', 'packed together', '合装', ['repack']],
  [72, 'contents-known', 'contents of a pack became known', '包装内含数量已明确', ['repack']],
  [
    80,
    'recorded-by-mistake',
    'recorded by mistake',
    '误记',
    ['reversal', 'withdrawal', 'disapproval', 'emergency-end'],
  ],
  [81, 'recorded-twice', 'recorded twice', '重复记录', ['reversal', 'withdrawal', 'disapproval']],
  [82, 'wrong-site', 'recorded at the wrong site', '储备点有误', ['reversal']],
  [90, 'key-lost', 'key lost', '密钥丢失', ['revocation', 'decision']],
  [91, 'key-compromised', 'key in foreign hands', '密钥泄露', ['revocation', 'decision']],
  [92, 'left-office', 'left the office', '离任', ['revocation']],
  [93, 'granted-by-mistake', 'granted or issued by mistake', '误授予或误签发', ['revocation']],
  [94, 'breach-of-rules', 'breach of rules', '违规', ['revocation', 'suspension']],
  [95, 'under-investigation', 'under investigation', '正在调查', ['hold', 'suspension']],
  [96, 'certificate-invalid', 'certificate invalid', '证书无效', ['revocation', 'suspension']],
  [97, 'business-ended', 'business ended', '停止经营', ['revocation']],
  [98, 'investigation-closed', 'investigation closed', '调查结束', ['reinstatement']],
  [99, 'defect-remedied', 'defect remedied', '缺陷已整改', ['release', 'lift', 'reinstatement']],
  [100, 'holder-has-key', 'the holder has the key', '密钥仍由持有人掌握', ['decision']],
  [110, 'outbreak', 'outbreak of a disease', '疫情', ['request', 'emergency']],
  [111, 'natural-disaster', 'natural disaster', '自然灾害', ['request', 'emergency']],
  [112, 'accident', 'serious accident', '重大事故', ['request', 'emergency']],
  [113, 'supply-interrupted', 'the usual supply is interrupted', '日常供应中断', ['request', 'emergency']],
  [114, 'below-floor', 'less is there than the floor', '库存低于保底量', ['request']],
  [115, 'consumption-risen', 'more is used than before', '消耗上升', ['request']],
  [116, 'more-people', 'more people to provide for', '保障人口增加', ['request']],
  [117, 'asked-by-consignee', 'asked for by a consignee', '领用单位申请', ['request']],
  [120, 'supplied-otherwise', 'supplied from elsewhere', '已由其他渠道满足', ['withdrawal']],
  [121, 'goods-gone', 'the goods are no longer there', '物资已不在库', ['withdrawal', 'disapproval']],
  [122, 'no-transport', 'they cannot be brought there in time', '无法按时运达', ['withdrawal', 'disapproval']],
  [130, 'giver-needs-it', 'the giver needs the goods itself', '调出方自身需要', ['withdrawal', 'disapproval']],
  [131, 'better-giver', 'another giver is better placed', '另有更合适的调出方', ['disapproval']],
  [132, 'need-not-shown', 'the need is not shown', '需求依据不足', ['disapproval']],
  [133, 'unsuitable', 'the goods do not suit the need', '物资不适用', ['disapproval']],
  [134, 'more-urgent-elsewhere', 'needed more urgently elsewhere', '他处更急需', ['disapproval']],
  [140, 'seen-on-site', 'the goods were seen on site', '已到现场核实', ['stale']],
  [141, 'counted-on-paper', 'counted on paper, to be recorded', '已纸面盘点，待补录', ['stale']],
  [142, 'count-impossible', 'nobody can count now', '目前无法盘点', ['stale']],
  [143, 'need-outweighs', 'the need outweighs the overdue count', '需求紧急，先予调拨', ['stale']],
  [150, 'danger-past', 'the danger is past', '险情解除', ['emergency-end']],
  [151, 'order-withdrawn', 'the order was withdrawn', '原决定已撤回', ['emergency-end']],
]

/** What became of missing goods: the contract knows these three alone. */
export const SETTLEMENTS: readonly (readonly [code: number, name: string, en: string, zh: string])[] = [
  [1, 'found-at-sender', 'found at the sender', '在发出方找到'],
  [2, 'found-at-receiver', 'found at the receiver', '在接收方找到'],
  [3, 'lost', 'lost', '确认丢失'],
]

/** The code of a reason for a use, null where none of that name may be given for it. */
export function reasonCode(name: string, use?: ReasonUse): number | null {
  const found = REASONS.find((each) => each[1] === name && (!use || each[4].includes(use)))
  return found?.[0] ?? null
}

/** The name of a reason, without its bit for missing; null where the list has none. */
export function reasonName(code: number): string | null {
  return REASONS.find((each) => each[0] === (code & ~MISSING))?.[1] ?? null
}

/** The code of what became of missing goods, null where it is none of the three. */
export function settlementCode(name: string): number | null {
  return SETTLEMENTS.find((each) => each[1] === name)?.[0] ?? null
}

/** A code in English and Chinese, without its bit for missing; of no list its number, null for none. */
export function reasonLabel(code: number, kind?: Kind): readonly [en: string, zh: string] | null {
  const settled = kind === 'settlement' ? SETTLEMENTS.find((each) => each[0] === code) : undefined
  if (settled) return [settled[2], settled[3]]
  const plain = code & ~MISSING
  if (!plain) return null
  const found = REASONS.find((each) => each[0] === plain)
  return found ? [found[2], found[3]] : [String(plain), String(plain)]
}
