/** Which field of a form a server means: it names the members of what it was sent. */

const RENAMED: Readonly<Record<string, string>> = {
  lines: 'goods',
  occurred_at: 'day',
  supplier_signer: 'supplierSigner',
  needed_by: 'neededBy',
  by: 'keeper',
}

/** The field of a form that the server names, `issue.lines.0.quantity`, of the body that it was sent. */
export function fieldOf(parameter: string, body: object = {}): string {
  const [kind = '', first = '', place = '', member = ''] = parameter.split('.')
  const isReason = member === 'reason'
  if (first === 'goods') return [first, place, member].filter(Boolean).join('.')
  if (kind === 'write-off' && first === 'lines' && member !== '') {
    return `lines.${place}.${isReason ? 'reason' : 'quantity'}`
  }
  const lines = (body as Readonly<Record<string, readonly { lot?: string }[] | undefined>>)[first]
  const lot = place === '' ? undefined : lines?.[Number(place)]?.lot
  if (lot !== undefined && kind === 'count') return `lots.${lot}.${isReason ? 'reason' : 'counted'}`
  if (lot !== undefined && (first === 'missing' || first === 'returning')) {
    return `exceptions.${lot}.${first}${isReason ? 'Reason' : ''}`
  }
  return RENAMED[first] ?? first
}
