/** The call of the stock ledger that records a draft, word by word as `ledger_client/calldata.py` has it. */
import type { Address, Hex } from 'viem'

import { timeWord, type Consignment, type Content, type Draft, type Original } from './draft'
import { kindNumber, SELECTORS } from './kinds'
import { bare, countWords, word } from './words'

const SIGNING_WORDS = 9
const BYTES_A_WORD = 32
const NO_SIGNATURE = '00'.repeat(64)

/** What the transaction carries, with the consents that there are. */
export function calldata(draft: Draft): Hex {
  const parts = [documentPart(draft.document)]
  if (draft.consignment) parts.push(consignmentPart(draft.consignment))
  if (draft.original) parts.push(originalPart(draft.original))
  const offsets = offsetsOf(parts.length + SIGNING_WORDS, parts)
  return `0x${SELECTORS[draft.kind]}${offsets}${signingPart(draft)}${parts.join('')}`
}

function documentPart(content: Content): string {
  return [
    bare(content.clientId),
    word(content.from),
    word(content.to),
    word(timeWord(content)),
    word(content.reference),
    word(content.reason),
    word(content.qualification),
    word(content.deadline),
    word(9 * BYTES_A_WORD),
    arrayPart(content.lines),
  ].join('')
}

function signingPart(draft: Draft): string {
  return [
    bare(draft.body),
    word(draft.validUntil),
    word(draft.sender.division),
    word(draft.other?.division ?? 0),
    word(draft.approver?.division ?? 0),
    draft.consents.other?.slice(2) ?? NO_SIGNATURE,
    draft.consents.approver?.slice(2) ?? NO_SIGNATURE,
  ].join('')
}

function consignmentPart(consignment: Consignment): string {
  const parts = [addressesPart(consignment.signers), arrayPart(consignment.lines)]
  return word(consignment.state) + offsetsOf(3, parts) + parts.join('')
}

function originalPart(original: Original): string {
  const parts = [documentPart(original.document), addressesPart(original.signers)]
  return word(kindNumber(original.kind)) + offsetsOf(3, parts) + parts.join('')
}

/** The offset of each part, which follow one another behind a head of so many words. */
function offsetsOf(headWords: number, parts: readonly string[]): string {
  let position = headWords * BYTES_A_WORD
  return parts
    .map((part) => {
      const offset = word(position)
      position += part.length / 2
      return offset
    })
    .join('')
}

function addressesPart(addresses: readonly Address[]): string {
  return word(addresses.length) + addresses.map((each) => word(BigInt(each))).join('')
}

function arrayPart(lines: Hex): string {
  return word(countWords(lines)) + bare(lines)
}
