/**
 * Documents that wait for signatures: read strictly, compared, said in sentences, and signed by what follows
 * from the draft itself. See `docs/signing.md` and `ledger_client/drafts`, whose port this is.
 *
 *     const draft = readDraft(answer.draft)
 *     checkTrust(draft, trust)
 *     await requireTrueConsents(draft)
 *     const filled = checkForm(draft, form, { salt: answer.body?.salt })
 *     show(say(draft, 'zh', names), filled)
 *     const transaction = await transactionOf(draft, number)
 */
export { checkSame, checkTime, checkTrust, partOf } from './checks'
export type { TrustedLedger } from './checks'
export { checkForm } from './comparison'
export type { Filled, FormContext } from './comparison'
export {
  carriedBy,
  consentOf,
  contentDigest,
  keyOf,
  keyText,
  linesOf,
  requireTrueConsents,
  seatsOf,
  transactionOf,
  undoneBy,
  waitingFor,
  withConsent,
} from './draft'
export type { ConsentingPart, Draft, Part, Seat } from './draft'
export type * from './form'
export { WITHOUT_QUANTITY } from './kinds'
export type { Kind } from './kinds'
export { isMissing } from './lines'
export type { Line } from './lines'
export { batchDigest, lotId, NO_DIGEST } from './lots'
export type { LotAttributes } from './lots'
export { dayText, minute } from './moments'
export { visibleName } from './naming'
export type { DraftNames } from './naming'
export { noteToSign } from './notes'
export type { Note } from './notes'
export { readDraft } from './reading'
export { reasonLabel, reasonName, REASONS, SETTLEMENTS } from './reasons'
export type { ReasonUse } from './reasons'
export { say } from './sentences'
