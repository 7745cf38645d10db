/** Which columns the lines of a document fill: what its kind does not have is left out. */
import type { Schemas } from '@/api/client'

const OPTIONAL = ['delivered', 'rejected', 'expected', 'difference', 'reason', 'output'] as const

export type LineColumn = 'item' | 'lot' | 'quantity' | (typeof OPTIONAL)[number]

export function columnsOf(lines: readonly Schemas['DocumentLine'][]): LineColumn[] {
  return [
    'item',
    'lot',
    'quantity',
    ...OPTIONAL.filter((key) =>
      lines.some((line) => line[key] !== null || (key === 'reason' && line.is_missing !== null)),
    ),
  ]
}
