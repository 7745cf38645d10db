/** Goods on their way, as the forms that answer them read them. */
import { useAnswer, type Answered } from '@/answer'
import { get, type Schemas } from '@/api/client'

/** Read goods on their way by their key. */
export function useOnTheWay(key: () => string): Answered<Schemas['ConsignmentAnswer']> {
  return useAnswer((signal) => get<Schemas['ConsignmentAnswer']>(`/v1/consignments/${key()}`, {}, signal), key)
}

/** The lines that are in a state. */
export function linesIn(
  answer: Schemas['ConsignmentAnswer'] | null,
  state: Schemas['ConsignmentLine']['state'],
): Schemas['ConsignmentLine'][] {
  return answer?.consignment.lines.filter((line) => line.state === state) ?? []
}
