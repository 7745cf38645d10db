/** The bars of a picture of one item: what is free and what is not, place by place, most first. */
import type { Cell, Grid } from './grid'
import type { Place } from './places'

export interface Bar {
  readonly place: Place
  readonly name: string
  readonly cell: Cell
  /** As numbers, since a picture rounds to its pixels anyway. */
  readonly free: number
  readonly notFree: number
}

/** So many bars a picture can hold; the table beside it has all. */
export const MOST_BARS = 30

export function barsOf(grid: Grid, children: readonly Place[], item: string, nameOf: (place: Place) => string): Bar[] {
  return children
    .flatMap((place) => {
      const cell = grid.cells.get(place.code)?.get(item)
      if (cell === undefined || cell.quantity === 0n) return []
      return { place, name: nameOf(place), cell, free: Number(cell.free), notFree: Number(cell.quantity - cell.free) }
    })
    .sort((a, b) => (b.cell.quantity > a.cell.quantity ? 1 : b.cell.quantity < a.cell.quantity ? -1 : 0))
}
