import { describe, expect, it } from 'vitest'

import { useCertificate } from '@/views/officer/certificate'

/** A file that is read when told. */
function fileOf(content: string): { file: File; read: () => void } {
  const file = new File([content], 'certificate.pdf')
  let read = (): void => undefined
  const isRead = new Promise<void>((resolve) => (read = resolve))
  file.arrayBuffer = () => isRead.then(() => new TextEncoder().encode(content).buffer as ArrayBuffer)
  return { file, read }
}

describe('certificates that are taken one after the other', () => {
  it('are told apart where they have one name: the last one counts, however slowly the first is read', async () => {
    const certificate = useCertificate()
    const [slow, quick] = [fileOf('abd'), fileOf('abc')]
    const first = certificate.take(slow.file)
    const second = certificate.take(quick.file)
    quick.read()
    await second
    slow.read()
    await first
    expect(certificate.digested.value?.digest).toBe(
      '0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', // of "abc"
    )
  })
})
