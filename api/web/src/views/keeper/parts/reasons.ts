/** Which reasons a keeper may give for what, by their names in the published list. */
export const REASONS = {
  issue: ['distribution', 'emergency', 'earmarked', 'used-in-training'],
  writeOff: [
    ...['damaged', 'spoilage', 'expired', 'returned-to-supplier', 'quality-complaint', 'failed-inspection'],
    ...['theft', 'used-in-training'],
  ],
  rejection: [
    ...['damaged', 'wrong-item', 'expired', 'papers-missing', 'not-needed', 'spoilage', 'quality-complaint'],
    'failed-inspection',
  ],
  missing: ['short-delivered', 'not-arrived', 'damaged', 'wrong-item', 'theft', 'unexplained'],
  count: ['unrecorded-movement', 'counting-error', 'damaged', 'spoilage', 'theft', 'unexplained'],
  request: [
    ...['below-floor', 'consumption-risen', 'outbreak', 'more-people', 'asked-by-consignee'],
    ...['supply-interrupted', 'natural-disaster', 'accident'],
  ],
  withdrawal: ['not-needed', 'supplied-otherwise', 'recorded-by-mistake', 'recorded-twice'],
} as const

export type ReasonUse = keyof typeof REASONS
