/**
 * A verdict taken apart: one line a fact, each with its own words, so that "revoked" never reads as "invalid".
 *
 * A line is `right` only where the ledger says so; what is not known is `unknown` and never good news. Who issued a
 * qualification is `told`: that alone is neither good nor bad.
 */
import type { Schemas } from '@/api/client'

export const FACTS = ['certificate', 'issuer', 'accredited', 'standing', 'date'] as const
export type Fact = (typeof FACTS)[number]
export type LineState = 'right' | 'wrong' | 'unknown' | 'told'
export type Status = Schemas['VerdictAnswers']['status']

export interface VerdictLine {
  readonly fact: Fact
  readonly state: LineState
  /** Key of its sentence below `officer.line`. */
  readonly word:
    | 'certificateNone'
    | 'certificateUncompared'
    | 'certificateSame'
    | 'certificateOther'
    | 'issuerNone'
    | 'issuerNamed'
    | 'accreditedYes'
    | 'accreditedNo'
    | 'accreditedUnknown'
    | 'standingGood'
    | 'suspended'
    | 'revoked'
    | 'standingUnknown'
    | 'inDate'
    | 'inDateOpen'
    | 'notYet'
    | 'expired'
    | 'outOfDate'
    | 'dateUnknown'
}

/** What is looked at beside the answers themselves. */
export interface Beside {
  /** The time judged, ISO 8601. */
  readonly at: string
  /** Digest of the certificate that the qualification carries, where the caller reads it. */
  readonly certificate?: string | null | undefined
  /** Digest of the file in the reader's hand, where there is one. */
  readonly file?: string | null | undefined
}

/** The lines of a verdict, in the order in which one asks. */
export function linesOf(answers: Schemas['VerdictAnswers'], beside: Beside): VerdictLine[] {
  return [
    { fact: 'certificate', ...certificateLine(answers, beside) },
    { fact: 'issuer', ...issuerLine(answers) },
    { fact: 'accredited', ...accreditedLine(answers) },
    { fact: 'standing', ...standingLine(answers) },
    { fact: 'date', ...dateLine(answers, beside.at) },
  ]
}

/** Of a verdict in one word, how good it is. */
export function stateOf(status: Status): LineState {
  if (status === 'valid') return 'right'
  if (status === 'unknown') return 'unknown'
  if (status === 'not_needed') return 'told'
  return 'wrong'
}

/** The facts that are otherwise now than they were then. */
export function changedFacts(then: readonly VerdictLine[], now: readonly VerdictLine[]): Fact[] {
  return then.filter((line, place) => line.word !== now[place]?.word).map((line) => line.fact)
}

type Said = Omit<VerdictLine, 'fact'>

function certificateLine(answers: Schemas['VerdictAnswers'], { certificate, file }: Beside): Said {
  if (answers.qualification === null) return { state: 'unknown', word: 'certificateNone' }
  if (!file || !certificate) return { state: 'unknown', word: 'certificateUncompared' }
  return file.toLowerCase() === certificate.toLowerCase()
    ? { state: 'right', word: 'certificateSame' }
    : { state: 'wrong', word: 'certificateOther' }
}

function issuerLine(answers: Schemas['VerdictAnswers']): Said {
  return answers.issuer === null ? { state: 'unknown', word: 'issuerNone' } : { state: 'told', word: 'issuerNamed' }
}

function accreditedLine(answers: Schemas['VerdictAnswers']): Said {
  if (answers.is_issuer_accredited === null) return { state: 'unknown', word: 'accreditedUnknown' }
  return answers.is_issuer_accredited
    ? { state: 'right', word: 'accreditedYes' }
    : { state: 'wrong', word: 'accreditedNo' }
}

function standingLine(answers: Schemas['VerdictAnswers']): Said {
  if (answers.is_revoked) return { state: 'wrong', word: 'revoked' }
  if (answers.is_suspended) return { state: 'wrong', word: 'suspended' }
  if (answers.is_revoked === null || answers.is_suspended === null) {
    return { state: 'unknown', word: 'standingUnknown' }
  }
  return { state: 'right', word: 'standingGood' }
}

function dateLine(answers: Schemas['VerdictAnswers'], at: string): Said {
  if (answers.is_in_date === null) return { state: 'unknown', word: 'dateUnknown' }
  if (answers.is_in_date) return { state: 'right', word: answers.valid_until === null ? 'inDateOpen' : 'inDate' }
  const { valid_from: from, valid_until: until } = answers
  const moment = Date.parse(at)
  if (from !== null && moment < Date.parse(from)) return { state: 'wrong', word: 'notYet' }
  if (until !== null && moment >= Date.parse(until)) return { state: 'wrong', word: 'expired' }
  return { state: 'wrong', word: 'outOfDate' }
}
