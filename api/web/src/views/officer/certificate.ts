/** The certificate file in the reader's hand: its digest, and what was wrong with it. */
import { readonly, ref, shallowRef, type Ref, type ShallowRef } from 'vue'

import { whileBusy } from '@/answer'

import { certificateDigest, type Digested } from './digest'

export interface HeldCertificate {
  readonly name: Readonly<Ref<string | null>>
  readonly digested: Readonly<ShallowRef<Digested | null>>
  take(file: File): Promise<void>
}

/** Take files one after the other; the last one counts. */
export function useCertificate(): HeldCertificate {
  const name = ref<string | null>(null)
  const digested = shallowRef<Digested | null>(null)
  let taken = 0

  async function take(file: File): Promise<void> {
    const mine = ++taken
    name.value = file.name
    digested.value = null
    const found = await whileBusy(certificateDigest(file))
    if (mine === taken) digested.value = found
  }

  return { name: readonly(name), digested, take }
}
