/** Small choices that this browser remembers; where it keeps nothing, they live as long as the page. */

/** What is remembered under a name; null where nothing is, or nothing can be. */
export function remembered(name: string): string | null {
  try {
    return localStorage.getItem(name)
  } catch {
    return null // as where the user blocks what sites store
  }
}

/** Remember something; null forgets it. */
export function remember(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(name)
    else localStorage.setItem(name, value)
  } catch {
    // It is not remembered.
  }
}
