/** Both languages of an area, held to the same keys by the types. */
type Shape<Words> = { readonly [key in keyof Words]: Words[key] extends string ? string : Shape<Words[key]> }

/** Return the words of an area: English gives the keys, Chinese must have each of them and no other. */
export function both<const En extends object>(en: En, zh: Shape<En>): { en: Shape<En>; zh: Shape<En> } {
  return { en: en as unknown as Shape<En>, zh }
}
