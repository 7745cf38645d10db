/** What a site holds, as the server answers it. */
import type { Holding } from '@/views/keeper/stock'

export const SITE = '420102001001101'
export const MASKS = '299010110001'

export function holding(lot: string, quantity: string, said: Partial<Holding> = {}): Holding {
  return {
    site: SITE,
    lot: lot.repeat(40).slice(0, 40),
    item: MASKS,
    item_name: { zh: '医用外科口罩(盒)', en: 'Surgical masks (box)' },
    unit: 'XBX',
    quantity,
    is_free: true,
    is_held: false,
    is_recalled: false,
    is_held_here: false,
    use_until: null,
    is_stale: false,
    count_due: null,
    ...said,
  }
}
