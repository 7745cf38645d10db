/** The places that were opened in this view, each asked for once. */
import { shallowReactive } from 'vue'

import { session } from '@/session'

import { openPlace, type Opened } from './places'

export interface KnownPlaces {
  readonly opened: ReadonlyMap<string, Opened>
  open(code: string): Promise<Opened>
}

export function useKnownPlaces(): KnownPlaces {
  const opened = shallowReactive(new Map<string, Opened>())
  const asked = new Map<string, Promise<Opened>>()

  function open(code: string): Promise<Opened> {
    const before = asked.get(code)
    if (before !== undefined) return before
    const asking = openPlace(code, session.who?.divisions ?? [])
    asked.set(code, asking)
    asking.then(
      (answer) => opened.set(code, answer),
      () => asked.delete(code), // asked again after a failure
    )
    return asking
  }

  return { opened, open }
}
