/** What forms of norms, emergencies, requests, proposals and decisions mean (`act_forms/_deciding.py`). */
import { KINDS as ALL_KINDS } from '../drafts/kinds'
import { kindText } from '../drafts/showing'
import { typedConsignee, typedQuantity } from '../drafts/typed'
import { packHead } from '../drafts/words'
import { approved, CALL_GAS, isOfApprovals, lineText, untilLate, wordsOf } from './approving'
import type { FormOf } from './forms'
import {
  Asked,
  choice,
  deadline,
  DIGEST,
  divisionOf,
  grantOver,
  hex,
  Left,
  List,
  moment,
  noDigest,
  number,
  over,
  reason,
  ROLES,
  signature,
  streetOrAbove,
  timeText,
  whole,
  type Expected,
  type Makers,
  type Making,
  type Meaning,
  type Struct,
} from './meaning'
import { formWrong } from './refusals'

type Deciding =
  | 'set-floors' | 'set-cycles' | 'set-terms' | 'prove-count' | 'declare-emergency' | 'end-emergency'
  | 'request' | 'withdraw-request' | 'propose' | 'withdraw-proposals' | 'expire-proposals'
  | 'approve' | 'approve-with-consent' | 'reject' | 'show' | 'show-reversed' // prettier-ignore

type Decided = Pick<FormOf<'set-terms'>, 'effective_at' | 'source'>

const MODES = ['government', 'agreement', 'enterprise-held', 'household', 'merchant'] as const
const URGENCIES = ['routine', 'urgent', 'critical'] as const
const KINDS = ['hand-over', 'dispatch'] as const
const HAND_OVER = 6 // the first of these in `Kind.sol`

// As in `ledger_client/{norms,reallocation}.py`.
const NORMS_GAS = 200_000n
const NORM_GAS = 50_000n
const COUNT_LINE_GAS = 80_000n
const DECISION_GAS = 100_000n
const OFFERED_LOT_GAS = 46_000n
const SHOWN_LINE_GAS = 7_000n

export const DECIDING: Makers<Deciding> = {
  'set-floors': (form, make) => ({
    ...norms('setFloors', {
      site: number('site', form.site),
      floors: new List(
        'floors',
        form.floors.map((each) => ({
          item: number('item', each.item),
          quantity: number('floor', each.quantity),
        })),
      ),
      ...decided(make, form, streetOrAbove(divisionOf(form.site))),
    }),
    gas: NORMS_GAS + BigInt(form.floors.length) * NORM_GAS,
  }),
  'set-cycles': (form, make) => ({
    ...norms('setCycles', {
      site: number('site', form.site),
      cycles: new List(
        'cycles',
        form.cycles.map((each) => ({
          category: number('category', each.category),
          dayCount: number('cycle', each.days),
        })),
      ),
      ...decided(make, form, streetOrAbove(divisionOf(form.site))),
    }),
    gas: NORMS_GAS + BigInt(form.cycles.length) * NORM_GAS,
  }),
  'set-terms': (form, make) =>
    norms('setTerms', {
      division: number('division', form.division),
      mode: choice('mode', MODES, form.mode),
      share: number('share', form.share),
      noticeDays: number('notice', form.notice_days),
      ...decided(make, form, streetOrAbove(whole('division', form.division))),
    }),
  'prove-count': (form) => ({
    ...norms('proveCount', { key: hex('document', form.document), document: shownDocument() }),
    gas: (act) => act.gas === NORMS_GAS + (wordsOf(act) / 2n) * COUNT_LINE_GAS,
  }),
  'declare-emergency': (form, make) =>
    norms('declareEmergency', {
      division: number('division', form.division),
      until: over(make, 'until', form.until),
      reason: reason('reason', 'emergency', form.reason),
      source: new Asked('source', form.source),
      authorityDivision: grantOver(make, streetOrAbove(whole('division', form.division))),
    }),
  'end-emergency': (form, make) =>
    norms('endEmergency', {
      division: number('division', form.division),
      reason: reason('reason', 'emergency-end', form.reason),
      authorityDivision: grantOver(make, streetOrAbove(whole('division', form.division))),
    }),

  // -------------------------------------------------------------------------------------------- requests

  request: (form, make) => ({
    ...moves('request', {
      asking: {
        clientId: new Asked('clientId', form.client_id),
        site: number('site', form.site),
        item: number('item', form.item),
        quantity: number('quantity', form.quantity),
        neededBy: deadline(make, 'neededBy', form.needed_by),
        urgency: choice('urgency', URGENCIES, form.urgency ?? 'routine'),
        reason: reason('reason', 'request', form.reason),
        consignee: hex('consignee', form.consignee ? typedConsignee(form.consignee).toString(16) : '0'),
        body: form.note ? DIGEST : noDigest(),
      },
      keeperDivision: grantOver(make, divisionOf(form.site)),
    }),
    ...noted(form.note),
  }),
  'withdraw-request': (form, make) =>
    moves('withdrawRequest', {
      key: hex('request', form.request),
      reason: reason('reason', 'withdrawal', form.reason),
      keeperDivision: grantOver(make, null),
    }),
  propose: (form, make) => ({
    ...moves('propose', {
      offer: {
        clientId: new Asked('clientId', form.client_id),
        request: hex('request', form.request),
        giver: number('giver', form.giver),
        anchor: form.anchor ? new Asked('anchor', form.anchor) : new Asked('anchor', noDigest().value),
        lines: new List('lots', offered(form.lots)),
      },
      keeperDivision: grantOver(make, divisionOf(form.giver)),
    }),
    gas: CALL_GAS + BigInt(form.lots.length) * OFFERED_LOT_GAS,
  }),

  // -------------------------------------------------------------------------------------------- decisions

  'withdraw-proposals': (form, make) => ({
    ...moves('withdraw', {
      proposals: proposals(form),
      role: choice('role', ROLES, form.role),
      division: grantOver(make, null),
      reason: reason('reason', 'withdrawal', form.reason),
    }),
    gas: ofMany(form),
  }),
  'expire-proposals': (form) => ({
    ...moves('expire', { proposals: proposals(form) }),
    gas: ofMany(form),
  }),
  approve: (form, make) => ({
    ...moves('approve', {
      proposals: proposals(form),
      approverDivision: grantOver(make, null),
      staleReason: reason('staleReason', 'stale', form.stale_reason),
    }),
    gas: (act) => isOfApprovals(act.gas, BigInt(form.proposals.length), BigInt(form.proposals.length)),
  }),
  'approve-with-consent': (form, make) => ({
    ...moves('approveWithConsent', {
      proposal: hex('proposal', form.proposal),
      approverDivision: grantOver(make, null),
      staleReason: reason('staleReason', 'stale', form.stale_reason),
      kind: choice('kind', KINDS, form.kind, HAND_OVER),
      document: approved(form, make),
      body: form.note ? DIGEST : noDigest(),
      validUntil: new Left('validUntil', untilLate, timeText(make)),
      consent: signature('signature', null),
    }),
    ...noted(form.note),
    gas: (act) => isOfApprovals(act.gas, 1n, wordsOf(act)),
  }),
  reject: (form, make) => ({
    ...moves('reject', {
      proposals: proposals(form),
      approverDivision: grantOver(make, null),
      reason: reason('reason', 'disapproval', form.reason),
    }),
    gas: ofMany(form),
  }),

  // -------------------------------------------------------------------------------------------- deliveries

  show: (form) => ({
    ...moves('show', {
      kind: new Left('kind', undefined, (value) => kindText(ALL_KINDS[Number(value) - 1]!)),
      key: hex('document', form.document),
      document: shownDocument(),
    }),
    gas: (act) => act.gas === CALL_GAS + wordsOf(act) * SHOWN_LINE_GAS,
  }),
  'show-reversed': (form) => moves('showReversed', { key: hex('document', form.document) }),
}

function norms(name: string, values: Struct): Meaning {
  return { contract: 'Norms', function: name, arguments: values }
}

function moves(name: string, values: Struct): Meaning {
  return { contract: 'Reallocation', function: name, arguments: values }
}

/** What all norms have: from when they hold, the decision that orders them, on whose grant. */
function decided(make: Making, form: Decided, place: bigint): Struct {
  return {
    effectiveAt: moment(make, 'effectiveAt', form.effective_at),
    source: new Asked('source', form.source),
    authorityDivision: grantOver(make, place),
  }
}

function noted(note: string | null | undefined): Pick<Meaning, 'note'> {
  return note ? { note } : {}
}

function proposals(form: { readonly proposals: readonly string[] }): List {
  return new List('proposals', form.proposals.map((each) => hex('proposals', each)))
}

/** What a proposal offers, in the order of its lots. */
function offered(lots: FormOf<'propose'>['lots']): Expected[] {
  return lots
    .map(({ lot, quantity }) => {
      if (!/^[0-9a-f]{40}$/.test(lot)) throw formWrong('lots', lot)
      return packHead({ lot: BigInt(`0x${lot}`), reason: 0, quantity: typedQuantity(quantity, 'quantity') })
    })
    .sort((left, right) => (left < right ? -1 : 1))
    .map((word) => new Asked('lots', word, lineText))
}

/** A recorded document, of which the form has the key alone: the sentences of the act say what it holds. */
function shownDocument(): Left {
  return new Left('document', undefined, () => null)
}

function ofMany(form: { readonly proposals: readonly string[] }): bigint {
  return CALL_GAS + BigInt(form.proposals.length) * DECISION_GAS
}
