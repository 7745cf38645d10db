/** Which line of a draft is which typed line: each typed one must be there, and nothing else. */
import { SigningRefusal } from '../refusal'
import type { AskedLine } from './asked-lines'
import type { Kind } from './kinds'
import type { Line } from './lines'
import { shown } from './showing'
import { fieldKey } from './typed'

/** The draft's line that each typed one became, and the lines that nobody typed. */
export interface Matched {
  lines: readonly Line[]
  beyond: readonly Line[]
}

/**
 * Pair typed lines with a draft's.
 *
 * A typed line may leave its lot to the server and so fit several, hence a matching by augmenting paths.
 *
 * @throws SigningRefusal that names the first typed line that is not there, and its part.
 */
export function matchLines(
  draft: string,
  kind: Kind,
  asked: readonly AskedLine[],
  came: readonly Line[],
): Matched {
  const owner = came.map((): number | null => null)
  const take = (at: number, seen: Set<number>): boolean =>
    came.some((line, place) => {
      if (seen.has(place) || !fits(asked[at]!, line)) return false
      seen.add(place)
      const before = owner[place]!
      if (before !== null && !take(before, seen)) return false
      owner[place] = at
      return true
    })
  const lost = asked.findIndex((_, at) => !take(at, new Set()))
  const beyond = came.filter((_, place) => owner[place] === null)
  if (lost >= 0) throw difference(draft, kind, lost, asked[lost]!, beyond)
  return { lines: asked.map((_, at) => came[owner.indexOf(at)]!), beyond }
}

function fits(asked: AskedLine, line: Line): boolean {
  return asked.parts.every((part) => part.asked === part.of(line))
}

/** Say what differs in the line that comes nearest. */
function difference(
  draft: string,
  kind: Kind,
  at: number,
  asked: AskedLine,
  beyond: readonly Line[],
): SigningRefusal {
  const same = (line: Line): number => asked.parts.filter((part) => part.asked === part.of(line)).length
  // Of two that are as near, the one that begins alike: the same lot in another quantity, not another lot in the same.
  const isAlike = (line: Line): number => Number(asked.parts[0]!.asked === asked.parts[0]!.of(line))
  const nearest = [...beyond].sort((one, other) => same(other) - same(one) || isAlike(other) - isAlike(one))[0]
  const part = asked.parts.find((each) => !nearest || each.asked !== each.of(nearest)) ?? asked.parts[0]!
  return new SigningRefusal('signingDrafts.lineDiffers', {
    draft,
    line: `${at + 1}`,
    field: fieldKey(part.field),
    asked: shown(part.field, part.asked, kind),
    came: shown(part.field, nearest && part.of(nearest), kind),
  })
}
