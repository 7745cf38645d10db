/** How far a request is, in everyday steps: asked, somebody found, decided, on the way, arrived. */
import type { Schemas } from '@/api/client'

export const STEPS = ['asked', 'found', 'decided', 'onTheWay', 'arrived'] as const
export type StepName = (typeof STEPS)[number]

export interface Step {
  readonly name: StepName
  readonly state: 'done' | 'now' | 'later'
  /** Base units that have come so far; null where a step counts none. */
  readonly quantity: bigint | null
}

/** Return the steps of a request; the first that is not done is where it stands now. */
export function stepsOf(answer: Schemas['RequestAnswer']): Step[] {
  const { request, proposals, deliveries, not_shown: notShown } = answer
  const alive = proposals.filter((row) => row.state === 'proposed' || row.state === 'approved')
  const approved = proposals.filter((row) => row.state === 'approved')
  const accepted = BigInt(request.accepted)
  const onTheWay = deliveries
    .filter((row) => row.state === 'dispatched')
    .reduce((sum, row) => sum + BigInt(row.quantity), 0n)
  const hasLeft = deliveries.some((row) => row.state !== 'reversed') || notShown.length > 0
  const done: Record<StepName, boolean> = {
    asked: true,
    found: alive.length > 0 || accepted > 0n,
    decided: approved.length > 0 || accepted > 0n,
    onTheWay: hasLeft || accepted > 0n,
    arrived: request.state === 'covered',
  }
  const quantities: Partial<Record<StepName, bigint>> = {
    asked: BigInt(request.quantity),
    found: sumOf(alive),
    decided: sumOf(approved),
    onTheWay,
    arrived: accepted,
  }
  const now = isEnded(request) ? -1 : STEPS.findIndex((name) => !done[name])
  return STEPS.map((name, place) => ({
    name,
    state: done[name] ? 'done' : place === now ? 'now' : 'later',
    quantity: quantities[name] || null,
  }))
}

/** Whether nothing more will come of a request. */
export function isEnded(request: { state: Schemas['RequestRow']['state'] }): boolean {
  return request.state !== 'open'
}

function sumOf(rows: readonly { quantity: string }[]): bigint {
  return rows.reduce((sum, row) => sum + BigInt(row.quantity), 0n)
}
