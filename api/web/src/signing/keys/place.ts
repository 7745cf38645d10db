/**
 * Where keys may be opened: over HTTPS, or on the machine itself. Over plain HTTP anybody on the way could put
 * other code into this page, and that code would read the key.
 */
import { SigningRefusal } from '../refusal'

const OWN_MACHINE = new Set(['127.0.0.1', 'localhost', '[::1]'])

/** Whether keys may be opened and made at an address. */
export function mayHoldKeys(at: Pick<Location, 'protocol' | 'hostname'> = window.location): boolean {
  return at.protocol === 'https:' || (at.protocol === 'http:' && OWN_MACHINE.has(at.hostname))
}

/** Refuse keys where they could be read on the way. */
export function requireSafePlace(at: Pick<Location, 'protocol' | 'hostname'> = window.location): void {
  if (!mayHoldKeys(at)) throw new SigningRefusal('keys.refusals.plainHttp')
}
