/** Why the page does not sign: a code whose sentence stands in the words, and the values in it. */
export class SigningRefusal extends Error {
  constructor(
    readonly code: string,
    readonly values: Record<string, string> = {},
  ) {
    super(code)
  }
}
