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
  consentDigest,
  consentOf,
  contentDigest,
  keyOf,
  keyText,
  requireTrueConsents,
  seatsOf,
  transactionOf,
  waitingFor,
  withConsent,
} from './draft'
export type { ConsentingPart, Draft, Part, Seat } from './draft'
export type * from './form'
export type { Kind } from './kinds'
export { batchDigest, lotId } from './lots'
export type { LotAttributes } from './lots'
export type { DraftNames } from './naming'
export { noteToSign } from './notes'
export type { Note } from './notes'
export { readDraft } from './reading'
export { REASONS, SETTLEMENTS } from './reasons'
export type { ReasonUse } from './reasons'
export { say } from './sentences'
