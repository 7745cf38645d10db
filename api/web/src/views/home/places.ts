/** The code of a division whose totals are asked for, checked before anything is sent. */
export type PlaceFault = 'placeEmpty' | 'placeWrong' | 'placeLow'

export type CheckedPlace =
  | { readonly place: string; readonly fault: null }
  | { readonly place: null; readonly fault: PlaceFault }

const CODE = /^(0|[1-9]\d|[1-9]\d{3}|[1-9]\d{5}|[1-9]\d{8}|[1-9]\d{11})$/

/**
 * Check a code: 0, or 2, 4, 6, 9 or 12 digits as GB/T 2260 and its parts have them.
 *
 * @param isPublic - Whether nobody is signed in: what lies below a district is not public.
 */
export function placeCode(text: string, isPublic: boolean): CheckedPlace {
  const place = text.normalize('NFKC').replace(/\s/g, '')
  if (place === '') return { place: null, fault: 'placeEmpty' }
  if (!CODE.test(place)) return { place: null, fault: 'placeWrong' }
  if (isPublic && place.length > 6) return { place: null, fault: 'placeLow' }
  return { place, fault: null }
}

const LEVELS = [12, 9, 6, 4, 2] // digits

/** The codes of the divisions that contain one, the nearest first, up to the country. */
export function levelsAbove(place: string): string[] {
  return [...LEVELS.filter((digits) => digits < place.length).map((digits) => place.slice(0, digits)), '0']
}
