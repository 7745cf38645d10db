/**
 * Why the page does not sign a document, and what the server filled into one.
 *
 * `field` and `part` are keys of words themselves, so that each language calls them as it does elsewhere.
 */
import { both } from './both'

export const signingDrafts = both(
  {
    unread:
      'What the server sent is no draft of a document: {where} is missing or has another form. ' +
      'Do not sign; have it prepared anew.',
    ledgerDiffers:
      'Draft {draft} is for another ledger: its @:{field} is {came}, and the trust file says {expected}. ' +
      'Do not sign; tell whoever runs the server.',
    differs:
      'Draft {draft} is not what you asked for: “@:{field}” is {came}, and you asked for {asked}. Do ' +
      'not sign; whoever prepared it altered it, or prepared something else.',
    lineDiffers:
      'Draft {draft} is not what you asked for: in line {line}, “@:{field}” is {came}, and you asked ' +
      'for {asked}. Do not sign; whoever prepared it altered it, or prepared something else.',
    heldDiffers:
      'In draft {draft} @:{field}, which is not what you asked for. Do not sign; have it prepared anew.',
    changed:
      'Draft {draft} changed since you read it: “@:{field}” was {asked}, and is {came} now. ' +
      'Nothing was signed; read it again.',
    formUnread: '“{typed}” cannot be meant as @:{field}; correct it.',
    noteUnproved:
      'The server does not show the note that draft {draft} has, so that nobody can compare it with yours. ' +
      'Do not sign; have it prepared anew.',
    noteDiffers: 'The note that comes with draft {draft} is not the one whose digest it has. Do not sign.',
    consentWrong:
      'The consent of the @:{part} of draft {draft} is not a signature by {address} over this draft; ' +
      'have it signed again from the draft as it stands.',
    consentsMissing: 'Draft {draft} still waits for {signers}: the sender signs last.',
    notSigner:
      '{address} is none of the signers of draft {draft}: these are {signers}. Sign with one of their keys.',
    over: 'The consents of draft {draft} counted until {until}, which is over; have it prepared anew.',
    tooFar:
      'The consents of draft {draft} would count until {until}, further ahead than any document waits; ' +
      'have it prepared anew.',
    parts: { sender: 'sender', other: 'other party', approver: 'approver' },
    fields: {
      chain: 'chain',
      genesis: 'genesis block',
      ledger: 'ledger',
      kind: 'kind of document',
      site: 'site',
      receivingSite: 'receiving site',
      source: 'where the goods are from',
      consignee: 'consignee',
      issuer: 'for whom it speaks',
      time: 'time',
      reason: 'reason',
      reference: 'reference',
      counted: 'what was counted',
      entry: 'entry of the stock card counted at',
      journal: "the site's journal at that entry",
      expected: 'what the books say',
      qualification: 'qualification',
      deadline: 'deadline',
      clientId: "client's id",
      note: 'note',
      sender: 'sender',
      other: 'other party',
      approver: 'approver',
      senderDivision: "division of the sender's grant",
      otherDivision: "division of the other party's grant",
      approverDivision: "division of the approver's grant",
      validUntil: 'until when consents count',
      line: 'the line',
      lot: 'lot',
      item: 'item',
      batch: 'batch',
      made: 'day of making',
      expires: 'last day of use',
      quantity: 'quantity',
      rejected: 'quantity rejected',
      ordinal: 'place among the lines',
      heldIn: 'the goods come in held',
      freeIn: 'the goods come in free',
      outputQuantity: 'quantity that it becomes',
      consignment: 'what the consignment holds',
      original: 'the document that is undone',
    },
  },
  {
    unread: '服务器提供的内容不是单据草稿：{where} 缺失或格式不符。请勿签署，并请重新编制。',
    ledgerDiffers:
      '草稿 {draft} 属于其他账本：其@:{field}为 {came}，而信任文件载明 {expected}。请勿签署，并告知服务器管理者。',
    differs:
      '草稿 {draft} 与所填内容不符：“@:{field}”为 {came}，所填为 {asked}。请勿签署；编制者改动了内容，或编制了其他单据。',
    lineDiffers:
      '草稿 {draft} 与所填内容不符：第 {line} 行的“@:{field}”为 {came}，所填为 {asked}。请勿签署；编制者改动了内容，' +
      '或编制了其他单据。',
    heldDiffers: '草稿 {draft} 中@:{field}，与所填内容不符。请勿签署，并请重新编制。',
    changed: '草稿 {draft} 在您阅读后有变动：“@:{field}”原为 {asked}，现为 {came}。尚未签署；请重新阅读。',
    formUnread: '“{typed}”不能作为@:{field}；请更正。',
    noteUnproved: '服务器未出示草稿 {draft} 的备注，无法与所填备注核对。请勿签署，并请重新编制。',
    noteDiffers: '随草稿 {draft} 提供的备注与其摘要不符。请勿签署。',
    consentWrong: '草稿 {draft} 的@:{part}会签不是 {address} 对该草稿的签名；请按现有草稿重新签署。',
    consentsMissing: '草稿 {draft} 尚待 {signers} 会签：提交人最后签署。',
    notSigner: '{address} 不是草稿 {draft} 的签署人：签署人为 {signers}。请使用其密钥签署。',
    over: '草稿 {draft} 的会签有效期至 {until}，已过期；请重新编制。',
    tooFar: '草稿 {draft} 的会签有效期至 {until}，超出单据可等待的期限；请重新编制。',
    parts: { sender: '提交人', other: '另一方', approver: '审批人' },
    fields: {
      chain: '链编号',
      genesis: '创世区块',
      ledger: '账本',
      kind: '单据类型',
      site: '储备点',
      receivingSite: '接收储备点',
      source: '物资来源',
      consignee: '领用单位',
      issuer: '所代表的签发方',
      time: '发生时间',
      reason: '原因',
      reference: '关联',
      counted: '实盘数量',
      entry: '盘点所对的库存卡条目',
      journal: '该条目时的储备点流水账摘要',
      expected: '账面数量',
      qualification: '资质',
      deadline: '期限',
      clientId: '客户端编号',
      note: '备注',
      sender: '提交人',
      other: '另一方',
      approver: '审批人',
      senderDivision: '提交人的授权区划',
      otherDivision: '另一方的授权区划',
      approverDivision: '审批人的授权区划',
      validUntil: '会签有效期',
      line: '明细行',
      lot: '批次',
      item: '物品',
      batch: '批号',
      made: '生产日期',
      expires: '有效期',
      quantity: '数量',
      rejected: '拒收数量',
      ordinal: '行序',
      heldIn: '物资入库即暂扣',
      freeIn: '物资入库不暂扣',
      outputQuantity: '换装后数量',
      consignment: '在途单内容',
      original: '被冲销单据',
    },
  },
)
