/**
 * What a form means, as `ledger_client/forms/making.py` would make a document of it.
 *
 * What it leaves to the server is null.
 */
import {
  countedLines,
  exceptionLines,
  lotLines,
  namedLots,
  noQuantity,
  openingLines,
  receivedLines,
  repackedLines,
  settledLines,
  typedReason,
  type AskedLine,
  type Known,
} from './asked-lines'
import type { DocumentForm, ReceiptForm, RecallForm, ReferenceForm, SeatForm } from './form'
import type { Line } from './lines'
import type { LotAttributes } from './lots'
import type { ReasonUse } from './reasons'
import {
  typedConsignee,
  typedDeadline,
  typedHex,
  typedIssuer,
  typedNumber,
  typedSupplier,
  unreadable,
} from './typed'
import {
  packReference,
  REFERENCE_CONSIGNMENT,
  REFERENCE_DOCUMENT,
  REFERENCE_PROPOSAL,
  REFERENCE_REQUEST,
  REFERENCE_REVERSED,
} from './words'

export interface Meant {
  from: bigint | null
  to: bigint | null
  reason: number
  reference: bigint | null
  qualification: bigint | null
  deadline: number
  sender: SeatForm
  other: SeatForm | null
  approver: SeatForm | null
  lines: readonly AskedLine[]
  /** Of a recall: whether a lot belongs to it that was not named. */
  isOfBatch?: (line: Line) => boolean
}

type Said = Partial<Meant> & Pick<Meant, 'from' | 'sender' | 'lines'>

const SITE = /^[1-9][0-9]{14}$/

/** What a form means; `known` is what lots were made of, `offset` the ledger's distance from UTC. */
export function meantBy(form: DocumentForm, known: Known, offset: number): Meant {
  const reference = 'reference' in form && form.reference ? referenceOf(form.reference) : 0n
  const approver = 'approver' in form ? (form.approver ?? null) : null
  const rest = { to: 0n, reason: 0, reference, qualification: 0n, deadline: 0, other: null, approver }
  return { ...rest, ...saidBy(form, known, offset) }
}

function saidBy(form: DocumentForm, known: Known, offset: number): Said {
  switch (form.kind) {
    case 'opening': {
      const source = form.supplier ? typedSupplier(form.supplier) : 0n
      return { from: 0n, to: site(form.site), sender: form.keeper, lines: openingLines(form.goods, source) }
    }
    case 'receipt':
      return receipt(form)
    case 'issue':
      return {
        from: site(form.site),
        to: typedConsignee(form.consignee),
        sender: form.keeper,
        reason: maybeReason(form.reason, 'issue'),
        lines: lotLines(form.lines, 'issue', known),
      }
    case 'hand-over':
    case 'dispatch':
      return {
        from: site(form.site),
        to: site(form.to),
        sender: form.keeper,
        other: form.kind === 'hand-over' ? form.receiver : null,
        deadline: form.kind === 'dispatch' ? typedDeadline(form.deadline, offset) : 0,
        lines: lotLines(form.lines, 'issue', known),
      }
    case 'acceptance':
    case 'contest':
    case 'return':
    case 'return-acceptance':
      return {
        ...ofConsignment(form.consignment),
        sender: form.keeper,
        lines: exceptionLines(form.missing ?? [], form.returning ?? [], known),
      }
    case 'settlement':
      return {
        ...ofConsignment(form.consignment),
        sender: form.approver,
        approver: null,
        lines: settledLines(form.lines, known),
      }
    case 'hold':
    case 'release':
      return {
        from: site(form.site),
        sender: form.approver,
        approver: null,
        reason: typedReason(form.reason, form.kind),
        lines: namedLots(form.lots),
      }
    case 'count':
      return {
        from: site(form.site),
        sender: form.keeper,
        other: form.second,
        reason: maybeReason(form.reason, 'count'),
        reference: null,
        lines: countedLines(form.lines),
      }
    case 'write-off':
      return {
        from: site(form.site),
        sender: form.keeper,
        reason: maybeReason(form.reason, 'write-off'),
        lines: lotLines(form.lines, 'write-off', known),
      }
    case 'repack':
      return { from: site(form.site), sender: form.keeper, lines: repackedLines(form.lines, known) }
    case 'reversal':
      return {
        from: null,
        to: null,
        sender: form.keeper,
        other: form.second ?? null,
        reason: typedReason(form.reason, 'reversal'),
        reference: packReference(REFERENCE_REVERSED, typedHex(form.document, 'reference')),
        lines: [],
      }
    case 'recall':
    case 'lift':
      return recall(form, known)
  }
}

function receipt(form: ReceiptForm): Said {
  if (Boolean(form.supplier) === Boolean(form.donor)) unreadable('source', form.supplier ?? '')
  return {
    from: form.supplier ? typedSupplier(form.supplier) : typedHex(form.donor ?? '', 'source'),
    to: site(form.site),
    sender: form.keeper,
    other: form.supplier_signer ?? null,
    qualification: form.qualification ? typedHex(form.qualification, 'qualification') : null,
    lines: receivedLines(form.goods),
  }
}

/** A recall also takes the other lots of the batches, unless it says that it does not. */
function recall(form: RecallForm, known: Known): Said {
  const named = form.lots.map((each) => known.get(typedHex(each, 'lot')))
  const isOfBatch = (line: Line): boolean => {
    if (line.form !== 'lot' || noQuantity().some((part) => part.asked !== part.of(line))) return false
    const goods = known.get(line.lot)
    return goods !== undefined && named.some((each) => each && isSameBatch(each, goods))
  }
  return {
    from: form.issuer ? typedIssuer(form.issuer) : 0n,
    sender: form.by,
    reason: typedReason(form.reason, form.kind),
    lines: namedLots(form.lots),
    ...(form.only ? {} : { isOfBatch }),
  }
}

function isSameBatch(one: LotAttributes, other: LotAttributes): boolean {
  return one.item === other.item && one.source === other.source && one.batch === other.batch
}

function ofConsignment(key: string): Pick<Meant, 'from' | 'to' | 'reference'> {
  const reference = packReference(REFERENCE_CONSIGNMENT, typedHex(key, 'reference'))
  return { from: null, to: null, reference }
}

function referenceOf({ type, key }: ReferenceForm): bigint {
  const types = { document: REFERENCE_DOCUMENT, proposal: REFERENCE_PROPOSAL, request: REFERENCE_REQUEST }
  return packReference(types[type], typedHex(key, 'reference'))
}

function maybeReason(name: string | null | undefined, use: ReasonUse): number {
  return name ? typedReason(name, use) : 0
}

function site(typed: string): bigint {
  return typedNumber(typed, SITE, 'site')
}
