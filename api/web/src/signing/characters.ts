/** Characters that show nothing, or change how what stands beside them is shown: no code may be hidden behind one. */

// Control, format, private and surrogate characters, and some of other categories that show nothing.
const INVISIBLE = [
  /[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/u,
  /[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/u,
]

/** Whether a text holds what nobody sees. */
export function hasInvisible(text: string): boolean {
  return INVISIBLE.some((each) => each.test(text))
}

/** A text in which what nobody sees is written as its number; ends of lines stay. */
export function madeVisible(text: string): string {
  return Array.from(text, (each) => {
    if (each === '\n' || !hasInvisible(each)) return each
    return `\\u${(each.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`
  }).join('')
}
