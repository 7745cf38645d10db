/** What the server fills in that means nothing to whoever reads plain sentences: codes and ends of the ledger. */
const TECHNICAL: ReadonlySet<string> = new Set([
  ...['consignment', 'journal', 'entry', 'validUntil', 'lot', 'qualification', 'reference', 'clientId'],
  ...['senderDivision', 'otherDivision', 'approverDivision', 'by', 'division', 'gas', 'classConsent', 'grants', 'lots'],
  ...['chain', 'genesis', 'ledger', 'contract'],
])

/** Whether a field that was filled in, by the key of its name in the words, is one of the ledger alone. */
export function isTechnical(field: string): boolean {
  return TECHNICAL.has(field.split('.').at(-1) ?? '')
}
