/**
 * SHA-256 of a certificate file, computed in the browser: the file itself goes nowhere.
 *
 * WebCrypto takes a file whole, which is what bounds its size; certificates have a few hundred kilobytes.
 */
export const MOST_BYTES = 50 * 1024 * 1024

export type Digested =
  | { readonly digest: string; readonly fault: null }
  | { readonly digest: null; readonly fault: 'empty' | 'large' | 'unreadable' | 'insecure' }

/** The digest as a qualification carries it, or why there is none. */
export async function certificateDigest(file: Blob): Promise<Digested> {
  if (file.size === 0) return { digest: null, fault: 'empty' }
  if (file.size > MOST_BYTES) return { digest: null, fault: 'large' }
  if (globalThis.crypto?.subtle === undefined) return { digest: null, fault: 'insecure' } // plain HTTP
  let content: ArrayBuffer
  try {
    content = await file.arrayBuffer()
  } catch {
    return { digest: null, fault: 'unreadable' } // moved or changed since it was chosen
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', content))
  return { digest: `0x${[...digest].map((each) => each.toString(16).padStart(2, '0')).join('')}`, fault: null }
}
