/**
 * The codes by which a supplier is asked for, checked before anything is sent: a USCC by the check character of
 * GB 32100-2015, an LEI by the check digits of ISO 17442, or the id on this ledger.
 *
 * A code is brought into its plain form as the server does it: full-width forms are understood, blanks and hyphens
 * fall away. Any other character, such as a Cyrillic А, is refused and named.
 */

/** What is wrong with a code; the words of `officer.code` say it. */
export type CodeFault =
  | { readonly rule: 'empty' }
  | { readonly rule: 'character'; readonly character: string; readonly position: number }
  | { readonly rule: 'length'; readonly length: number }
  | { readonly rule: 'form' }
  | { readonly rule: 'check'; readonly found: string; readonly expected: string }
  | { readonly rule: 'lei' }

export type CheckedCode =
  | { readonly code: string; readonly fault: null }
  | { readonly code: null; readonly fault: CodeFault }

const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY' // without I, O, S, V and Z
const USCC = new RegExp(`^[${ALPHABET}]{2}[0-9]{6}[${ALPHABET}]{10}$`)
const LEI = /^[0-9A-Z]{18}[0-9]{2}$/
const ID = /^[0-9A-F]{40}$/

/** The code of a supplier in its plain form, or what is wrong with it. */
export function supplierCode(text: string): CheckedCode {
  const typed = text.normalize('NFKC').trim()
  if (typed === '') return wrong({ rule: 'empty' })
  const position = [...typed].findIndex((each) => !/[0-9A-Za-z -]/.test(each))
  if (position >= 0) {
    return wrong({ rule: 'character', character: [...typed][position] ?? '', position: position + 1 })
  }
  const code = typed.replace(/[ -]/g, '').toUpperCase()
  if (ID.test(code)) return { code: code.toLowerCase(), fault: null }
  if (code.length === 20) {
    return LEI.test(code) && mod97(code) === 1 ? { code, fault: null } : wrong({ rule: 'lei' })
  }
  if (code.length !== 18) return wrong({ rule: 'length', length: code.length })
  if (!USCC.test(code)) return wrong({ rule: 'form' })
  const expected = checkCharacter(code)
  const found = code.slice(-1)
  return found === expected ? { code, fault: null } : wrong({ rule: 'check', found, expected })
}

/** The check character that the first 17 characters of a USCC call for. */
export function checkCharacter(code: string): string {
  let sum = 0
  let weight = 1
  for (const each of code.slice(0, 17)) {
    sum += ALPHABET.indexOf(each) * weight
    weight = (weight * 3) % 31
  }
  return ALPHABET.charAt((31 - (sum % 31)) % 31)
}

/** ISO 7064 mod 97-10, letters counted from A = 10. */
function mod97(code: string): number {
  let rest = 0
  for (const each of code) {
    const value = Number.parseInt(each, 36)
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97
  }
  return rest
}

function wrong(fault: CodeFault): CheckedCode {
  return { code: null, fault }
}
