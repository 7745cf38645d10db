import { expect, it } from 'vitest'

import { percent } from '@/format'
import { useLanguage } from '@/i18n'

it.each(['zh', 'en'] as const)('a share is written in hundredths, none of them lost: %s', (language) => {
  useLanguage(language)
  expect([0, 0.3, 0.125, 0.0001, 1].map(percent)).toEqual(['0%', '30%', '12.5%', '0.01%', '100%'])
})
