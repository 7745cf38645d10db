/**
 * Forms of acts, as users fill them in and `POST /v1/acts` takes them (`ledger_client/act_forms`): the types
 * are those of the API's description. What has a default may be left out.
 */
import type { components } from '@/api/types'

type Schemas = components['schemas']

type Whole =
  | Schemas['RegisterDivision'] | Schemas['CloseDivision'] | Schemas['RegisterSite'] | Schemas['CloseSite']
  | Schemas['RegisterConsignee'] | Schemas['CloseConsignee'] | Schemas['RegisterSupplier']
  | Schemas['RegisterIssuer'] | Schemas['RegisterItem'] | Schemas['SetFactor']
  | Schemas['ledger_client__act_forms___register_forms__Grant'] | Schemas['Revoke'] | Schemas['Veto']
  | Schemas['AcceptClass'] | Schemas['ProposeReplacement'] | Schemas['ObjectToReplacement']
  | Schemas['DecideReplacement'] | Schemas['ExecuteReplacement']
  | Schemas['Accredit'] | Schemas['RenewAccreditation'] | Schemas['SuspendAccreditation']
  | Schemas['ReinstateAccreditation'] | Schemas['RevokeAccreditation'] | Schemas['IssueQualification']
  | Schemas['RenewQualification'] | Schemas['SuspendQualification'] | Schemas['ReinstateQualification']
  | Schemas['RevokeQualification']
  | Schemas['SetFloors'] | Schemas['SetCycles'] | Schemas['SetTerms'] | Schemas['ProveCount']
  | Schemas['DeclareEmergency'] | Schemas['EndEmergency']
  | Schemas['MakeRequest'] | Schemas['WithdrawRequest'] | Schemas['Propose'] | Schemas['WithdrawProposals']
  | Schemas['ExpireProposals'] | Schemas['Approve'] | Schemas['ApproveWithConsent']
  | Schemas['RejectProposals'] | Schemas['Show'] | Schemas['ShowReversed'] // prettier-ignore

type Defaulted = 'zh' | 'en' | 'successor' | 'disposal' | 'shelf_life' | 'serial' | 'urgency'

/** Distributes over a union, so that a form keeps the name of its act. */
type Loose<Form> = Form extends unknown
  ? Omit<Form, Defaulted> & Partial<Pick<Form, Extract<keyof Form, Defaulted>>>
  : never

/** A form of any act. */
export type ActForm = Loose<Whole>
export type ActName = ActForm['act']
export type FormOf<Name extends ActName> = Extract<ActForm, { act: Name }>

/** What an act says, without who signs it. */
export type UnsignedAct<Form = ActForm> = Form extends unknown ? Omit<Form, 'by'> : never

/** Who signs; the division of the grant relied on, left out the nearest one above the place. */
export type Seat = Schemas['SeatForm']
