import { hexToBytes, parseTransaction, serializeTransaction, type Address, type Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { fileSigner } from '@/signing/keys/file-signer'
import { connectWallet, findWallets, type Provider } from '@/signing/keys/wallet'

import vectors from '../../vectors/signing.json'

const account = privateKeyToAccount(vectors.key as Hex)
const another = fileSigner((work) => work(hexToBytes(`0x${'11'.repeat(32)}`)))
const { digest: _, signature, validUntil, ...rest } = vectors.consent
const consent = {
  ...(rest as { chainId: number; ledger: Address; content: Hex; body: Hex }),
  validUntil: BigInt(validUntil),
}
const [vector] = vectors.transactions as [(typeof vectors.transactions)[number]]
const transaction = { ...vector, gas: BigInt(vector.gas), to: vector.to as Address, data: vector.data as Hex }

type Answers = Record<string, (params: any) => unknown> // any: each method has parameters of its own

/** A wallet that signs as wallets do, by viem's own account; single answers can be changed. */
function wallet(changed: Answers = {}): Provider & { asked: string[]; tell: (event: string) => void } {
  const heard = new Map<string, () => void>()
  const answers: Answers = {
    eth_requestAccounts: () => [account.address.toLowerCase()],
    eth_signTypedData_v4: ([address, text]: [string, string]) => {
      expect(address).toBe(account.address)
      const { domain, types, primaryType, message } = JSON.parse(text)
      const validUntil = BigInt(message.validUntil)
      return account.signTypedData({ domain, types, primaryType, message: { ...message, validUntil } })
    },
    personal_sign: ([raw]: [Hex]) => account.signMessage({ message: { raw } }),
    eth_signTransaction: ([fields]: [any?]) => {
      if (!fields) throw { code: -32602, message: 'invalid parameters' }
      return account.signTransaction({
        type: 'legacy',
        chainId: Number(fields.chainId),
        nonce: Number(fields.nonce),
        gas: BigInt(fields.gas),
        gasPrice: BigInt(fields.gasPrice),
        to: fields.to,
        value: BigInt(fields.value),
        data: fields.data,
      })
    },
    ...changed,
  }
  const asked: string[] = []
  return {
    asked,
    tell: (event) => heard.get(event)?.(),
    on: (event, run) => void heard.set(event, run),
    removeListener: (event) => void heard.delete(event),
    request: async ({ method, params }) => {
      asked.push(method)
      const answer = answers[method]
      if (!answer) throw { code: -32601, message: `The method "${method}" does not exist / is not available.` }
      return answer(params)
    },
  }
}

const connect = async (provider: Provider) => (await connectWallet({ name: 'a', provider }, () => undefined)).signer

describe('a wallet signs what the client would', () => {
  it('a consent', async () => {
    expect(await (await connect(wallet())).consent(consent)).toBe(signature)
  })

  it('a text', async () => {
    expect(await (await connect(wallet())).text(vectors.signIn.text)).toBe(vectors.signIn.signature)
  })

  it.each([
    ['as it is', (raw: Hex) => raw],
    ['within an answer, as some give it', (raw: Hex) => ({ raw, tx: {} })],
  ])('a transaction %s', async (_, wrapped) => {
    const signs = wallet()
    const inner = signs.request
    signs.request = async (asked) => {
      const answer = await inner(asked)
      return asked.method === 'eth_signTransaction' ? wrapped(answer as Hex) : answer
    }
    const signer = await connect(signs)
    expect(signer.can('transaction')).toBe(true)
    expect(await signer.transaction(transaction)).toBe(vector.raw)
  })

  it('and has the address with its checksum', async () => {
    expect((await connect(wallet())).address).toBe(vectors.address)
  })
})

describe('what a wallet cannot', () => {
  it('no bare digest, and no transaction where it has no method for it', async () => {
    const none = wallet()
    const inner = none.request
    none.request = (asked) =>
      asked.method === 'eth_signTransaction' ? Promise.reject({ code: -32601, message: 'no' }) : inner(asked)
    const signer = await connect(none)
    expect([signer.can('consent'), signer.can('text')]).toEqual([true, true])
    expect([signer.can('record'), signer.can('transaction')]).toEqual([false, false])
    await expect(signer.record('0x00')).rejects.toMatchObject({ code: 'keys.refusals.walletNoRecord' })
  })
})

describe('a wallet that gives something else is refused', () => {
  it.each([
    ['a signature of another key', async () => another.text('x')],
    ['nothing', () => null],
    ['a short one', () => '0x00'],
    ['zeros', () => `0x${'00'.repeat(65)}`],
  ])('%s', async (_, given) => {
    const signer = await connect(wallet({ eth_signTypedData_v4: given, personal_sign: given }))
    await expect(signer.consent(consent)).rejects.toMatchObject({ code: 'keys.refusals.walletSignature' })
    await expect(signer.text('a text')).rejects.toMatchObject({ code: 'keys.refusals.walletSignature' })
  })

  it('a signature over another consent', async () => {
    const signer = await connect(wallet({ eth_signTypedData_v4: () => account.signTypedData(other) }))
    await expect(signer.consent(consent)).rejects.toMatchObject({ code: 'keys.refusals.walletSignature' })
  })

  it.each(['nonce', 'gas', 'gasPrice', 'value', 'data', 'to', 'chainId'] as const)(
    'a transaction with another %s',
    async (name) => {
      const to = `0x${'22'.repeat(20)}` as Address
      const values = { nonce: 9, gas: 1n, gasPrice: 1n, value: 1n, data: '0x01', to, chainId: 5 }
      const { r, s, v, ...fields } = parseTransaction(vector.raw as Hex) as any // any: of whatever type
      const altered = await account.signTransaction({ ...fields, [name]: values[name] })
      const signer = await connect(wallet({ eth_signTransaction: () => altered }))
      await expect(signer.transaction(transaction)).rejects.toMatchObject({ code: 'keys.refusals.walletTransaction' })
    },
  )

  it('a transaction that another key signed, or nobody', async () => {
    const byAnother = await another.transaction(transaction)
    const { r, s, v, ...fields } = parseTransaction(vector.raw as Hex) as any // any: of whatever type
    for (const raw of [byAnother, serializeTransaction(fields), '0x', 'x', null]) {
      const signer = await connect(wallet({ eth_signTransaction: () => raw }))
      await expect(signer.transaction(transaction)).rejects.toMatchObject({ code: 'keys.refusals.walletTransaction' })
    }
  })

  it('no account', async () => {
    for (const accounts of [[], null, ['0x'], [7]]) {
      await expect(connect(wallet({ eth_requestAccounts: () => accounts }))).rejects.toMatchObject({
        code: 'keys.refusals.walletNoAccount',
      })
    }
  })
})

describe('its owner', () => {
  it('may decline, and the wallet may fail in its own words', async () => {
    const declines = await connect(wallet({ personal_sign: () => Promise.reject({ code: 4001, message: 'x' }) }))
    await expect(declines.text('a')).rejects.toMatchObject({ code: 'keys.refusals.walletDeclined' })
    const fails = await connect(wallet({ personal_sign: () => Promise.reject(new Error('wrong chain')) }))
    await expect(fails.text('a')).rejects.toMatchObject({
      code: 'keys.refusals.walletFailed',
      values: { message: 'wrong chain' },
    })
  })

  it('is heard when another account is taken, until it is disconnected', async () => {
    const provider = wallet()
    const gone = vi.fn()
    const { disconnect } = await connectWallet({ name: 'a', provider }, gone)
    provider.tell('accountsChanged')
    expect(gone).toHaveBeenCalledTimes(1)
    disconnect()
    provider.tell('accountsChanged')
    expect(gone).toHaveBeenCalledTimes(1)
  })
})

describe('finding wallets', () => {
  const announce = (detail: unknown) => () =>
    window.dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail }))
  const runs: (() => void)[] = []
  const onRequest = (run: () => void): void => {
    runs.push(run)
    window.addEventListener('eip6963:requestProvider', run)
  }
  afterEach(() => {
    runs.splice(0).forEach((run) => window.removeEventListener('eip6963:requestProvider', run))
    delete (window as { ethereum?: unknown }).ethereum
  })

  it('takes those that announce themselves, each once, and none that is none', async () => {
    const provider = wallet()
    onRequest(announce({ info: { name: 'One' }, provider }))
    onRequest(announce({ info: { name: 'Again' }, provider }))
    onRequest(announce({ info: null, provider: {} }))
    onRequest(announce(null))
    Object.assign(window, { ethereum: wallet() })
    expect((await findWallets(undefined, 0)).map((each) => each.name)).toEqual(['One'])
  })

  it('takes the one in the old place where none announces itself', async () => {
    expect(await findWallets(undefined, 0)).toEqual([])
    Object.assign(window, { ethereum: wallet() })
    expect(await findWallets(undefined, 0)).toHaveLength(1)
  })
})

const other = {
  domain: { chainId: consent.chainId, verifyingContract: consent.ledger },
  types: {
    Consent: [
      { name: 'content', type: 'bytes32' },
      { name: 'body', type: 'bytes32' },
      { name: 'validUntil', type: 'uint64' },
    ],
  },
  primaryType: 'Consent',
  message: { content: consent.body, body: consent.body, validUntil: consent.validUntil },
} as const
