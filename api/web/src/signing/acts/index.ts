/**
 * Acts, decoded, said, compared and made into what is signed (ADR 14)::
 *
 *     const act = readAct(answer.act)
 *     checkTrust(act, trust)
 *     const filled = checkForm(act, form)      // refused where it is not what was asked for
 *     say(act, 'zh')                           // what the signer reads
 *     const transaction = await transactionOf(withConsent(act, signature), nonce)
 */
export { consentOf, documentOf, keyOf, recordDigestOf, transactionOf, type Act, type ActJson } from './act'
export { checkForm, checkTrust, type FormContext, type TrustedLedger } from './checks'
export type { ActForm, ActName, FormOf, Seat, UnsignedAct } from './forms'
export type { ActNames } from './phrases'
export { readAct, withConsent, withRecordSignature } from './reading'
export { say } from './sentences'
