import { describe, expect, it, vi } from 'vitest'

import { certificateDigest, MOST_BYTES } from '@/views/officer/digest'

const file = (content: string, size?: number): File => {
  const made = new File([content], 'certificate.pdf')
  if (size !== undefined) Object.defineProperty(made, 'size', { value: size })
  return made
}

describe('the digest of a certificate file', () => {
  it('is the SHA-256 of its bytes', async () => {
    expect(await certificateDigest(file('abc'))).toEqual({
      digest: '0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', // FIPS 180-4
      fault: null,
    })
  })

  it('is another one after any change', async () => {
    expect((await certificateDigest(file('abd'))).digest).not.toBe((await certificateDigest(file('abc'))).digest)
  })

  it('is not computed of an empty or a large file', async () => {
    const large = file('abc', MOST_BYTES + 1)
    const read = vi.spyOn(large, 'arrayBuffer')
    expect(await certificateDigest(file(''))).toEqual({ digest: null, fault: 'empty' })
    expect(await certificateDigest(large)).toEqual({ digest: null, fault: 'large' })
    expect(read).not.toHaveBeenCalled()
  })

  it('says when the file can no longer be read, and when the browser may not compute', async () => {
    const gone = file('abc')
    vi.spyOn(gone, 'arrayBuffer').mockRejectedValue(new DOMException('gone', 'NotReadableError'))
    expect((await certificateDigest(gone)).fault).toBe('unreadable')
    vi.stubGlobal('crypto', {})
    expect((await certificateDigest(file('abc'))).fault).toBe('insecure')
    vi.unstubAllGlobals()
  })
})
