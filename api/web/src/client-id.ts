/** The name that whoever records something gives it: the same content under the same id is recorded once. */
export function newClientId(): `0x${string}` {
  const random = crypto.getRandomValues(new Uint8Array(32))
  return `0x${Array.from(random, (each) => each.toString(16).padStart(2, '0')).join('')}`
}
