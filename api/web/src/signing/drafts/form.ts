/**
 * Forms of documents as a user fills them in (`/v1/drafts`, `ledger_client/forms/models.py`).
 *
 * What is left out is either nothing (a note) or left to the server (time, grant, lot of an item).
 */
import type { Kind } from './kinds'

type Maybe<Value> = Value | null | undefined

export interface SeatForm {
  address: string
  division?: Maybe<string>
}

export interface ReferenceForm {
  type: 'document' | 'proposal' | 'request'
  key: string
}

/** A lot by its id, or by what is printed on the goods, and how much of it. */
export interface LotForm {
  lot?: Maybe<string>
  item?: Maybe<string>
  batch?: Maybe<string>
  made?: Maybe<string>
  expires?: Maybe<string>
  quantity: string
  reason?: Maybe<string>
}

/** Goods that become a lot. */
export interface GoodsForm {
  item: string
  quantity: string
  batch?: Maybe<string>
  made?: Maybe<string>
  expires?: Maybe<string>
}

export interface DeliveredForm extends GoodsForm {
  rejected?: string
  reason?: Maybe<string>
}

export interface CountedForm {
  lot: string
  counted: string
  reason?: Maybe<string>
}

export interface RepackedForm {
  lot: string
  quantity: string
  into: GoodsForm
  reason?: Maybe<string>
}

interface Form<Of extends Kind> {
  kind: Of
  client_id: string
  occurred_at?: Maybe<string>
  note?: Maybe<string>
}

interface Referring {
  reference?: Maybe<ReferenceForm>
}

export interface OpeningForm extends Form<'opening'>, Referring {
  site: string
  supplier?: Maybe<string>
  goods: GoodsForm[]
  keeper: SeatForm
  approver: SeatForm
}

export interface ReceiptForm extends Form<'receipt'>, Referring {
  site: string
  supplier?: Maybe<string>
  donor?: Maybe<string>
  goods: DeliveredForm[]
  keeper: SeatForm
  supplier_signer?: Maybe<SeatForm>
  approver?: Maybe<SeatForm>
  order?: Maybe<string>
  qualification?: Maybe<string>
  held?: Maybe<boolean>
}

export interface IssueForm extends Form<'issue'>, Referring {
  site: string
  consignee: string
  lines: LotForm[]
  keeper: SeatForm
  approver?: Maybe<SeatForm>
  reason?: Maybe<string>
}

export interface HandOverForm extends Form<'hand-over'>, Referring {
  site: string
  to: string
  lines: LotForm[]
  keeper: SeatForm
  receiver: SeatForm
  approver?: Maybe<SeatForm>
}

export interface DispatchForm extends Form<'dispatch'>, Referring {
  site: string
  to: string
  lines: LotForm[]
  deadline: string
  keeper: SeatForm
  approver?: Maybe<SeatForm>
}

export interface StepForm extends Form<'acceptance' | 'contest' | 'return' | 'return-acceptance'> {
  consignment: string
  missing?: LotForm[]
  returning?: LotForm[]
  keeper: SeatForm
  approver?: Maybe<SeatForm>
}

export interface SettlementForm extends Form<'settlement'> {
  consignment: string
  lines: LotForm[]
  approver: SeatForm
}

export interface HoldForm extends Form<'hold' | 'release'>, Referring {
  site: string
  lots: string[]
  approver: SeatForm
  reason: string
}

export interface CountForm extends Form<'count'> {
  site: string
  lines: CountedForm[]
  entry?: Maybe<number>
  keeper: SeatForm
  second: SeatForm
  approver?: Maybe<SeatForm>
  reason?: Maybe<string>
}

export interface WriteOffForm extends Form<'write-off'>, Referring {
  site: string
  lines: LotForm[]
  keeper: SeatForm
  approver: SeatForm
  reason?: Maybe<string>
}

export interface RepackForm extends Form<'repack'>, Referring {
  site: string
  lines: RepackedForm[]
  keeper: SeatForm
  approver: SeatForm
}

export interface ReversalForm extends Form<'reversal'> {
  document: string
  keeper: SeatForm
  second?: Maybe<SeatForm>
  approver: SeatForm
  reason: string
}

export interface RecallForm extends Form<'recall' | 'lift'>, Referring {
  lots: string[]
  only?: boolean
  issuer?: Maybe<string>
  by: SeatForm
  reason: string
}

export type DocumentForm =
  | OpeningForm
  | ReceiptForm
  | IssueForm
  | HandOverForm
  | DispatchForm
  | StepForm
  | SettlementForm
  | HoldForm
  | CountForm
  | WriteOffForm
  | RepackForm
  | ReversalForm
  | RecallForm
