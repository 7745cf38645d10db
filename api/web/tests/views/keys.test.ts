import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { i18n, useLanguage } from '@/i18n'
import * as making from '@/signing/keys/make'
import { held, lock } from '@/signing/keys/held'
import { readKeystore } from '@/signing/keys/keystore'
import { forgetTrust, trusted } from '@/signing/trust/kept'
import KeysView from '@/views/keys/KeysView.vue'

import { violations } from '../axe'
import { servedFrom } from '../served'
import keystores from '../vectors/keystores.json'
import trustFiles from '../vectors/trust.json'
import { WorkerHere, workersHere } from '../workers'

const [demo, weak] = keystores as [(typeof keystores)[number], (typeof keystores)[number]]
let view: VueWrapper

async function give(at: number, text: string, name = 'file.json'): Promise<void> {
  const input = view.findAll('input[type=file]')[at]!
  Object.defineProperty(input.element, 'files', { value: [new File([text], name)], configurable: true })
  await input.trigger('change')
  await flushPromises()
  await new Promise((done) => setTimeout(done, 5))
  await flushPromises()
}
const form = (part: string) => view.find(part)
const alerts = () => view.findAll('[role=alert]').map((each) => each.text())

beforeEach(async () => {
  workersHere()
  useLanguage('en')
  await forgetTrust()
  view = mount(KeysView, { global: { plugins: [i18n] }, attachTo: document.body })
  await flushPromises()
})
afterEach(() => {
  view.unmount()
  lock()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

describe('a trust file', () => {
  it('that was accepted by the command is compared and trusted', async () => {
    await give(0, trustFiles.accepted.text)
    expect(form('.fingerprint').text()).toBe(trustFiles.accepted.groups)
    await form('.trust-reader').trigger('submit')
    // Whoever makes a false one calls it accepted.
    expect(trusted.value).toBeNull()
    await form('.trust-reader .el-input input').setValue(trustFiles.accepted.groups)
    await form('.trust-reader').trigger('submit')
    await vi.waitFor(() => expect(view.text()).toContain('This ledger is trusted now.'))
    expect(trusted.value?.ledger).toBe(trustFiles.accepted.ledger)
  })

  it('that is an offer is trusted only with the fingerprint that was told', async () => {
    await give(0, trustFiles.offer.text)
    const typed = form('.trust-reader .el-input input')
    const { groups } = trustFiles.offer
    for (const [told, why] of [
      ['', 'eight groups'],
      [groups.slice(1), 'eight groups'],
      [`${groups.slice(0, -1)}${groups.endsWith('0') ? '1' : '0'}`, 'another fingerprint'],
    ] as const) {
      await typed.setValue(told)
      await form('.trust-reader').trigger('submit')
      expect(alerts().join()).toContain(why)
      expect(trusted.value).toBeNull()
    }
    await typed.setValue(groups)
    await form('.trust-reader').trigger('submit')
    expect(trusted.value?.chainId).toBe(trustFiles.offer.chainId)
  })

  it('says which one it replaces', async () => {
    await give(0, trustFiles.accepted.text)
    await form('.trust-reader .el-input input').setValue(trustFiles.accepted.groups)
    await form('.trust-reader').trigger('submit')
    await flushPromises()
    await give(0, trustFiles.verified.text)
    expect(view.text()).toContain(`trusted so far, with the fingerprint ${trustFiles.accepted.groups}`)
  })

  it('that is none is refused beside the button, in the language in force', async () => {
    await give(0, '{}')
    expect(alerts().join()).toContain('no trust file')
    useLanguage('zh')
    await flushPromises()
    expect(alerts().join()).toContain('不是信任文件')
  })
})

describe('a key file', () => {
  it('of the demo opens with an empty passphrase', async () => {
    await give(1, demo.text, 'keeper-east.json')
    expect(view.text()).toContain('keeper-east.json')
    expect(view.text()).toContain('A demo key')
    await form('.key-opener form').trigger('submit')
    await vi.waitFor(() => expect(held.value?.signer.address).toBe(demo.address))
    await flushPromises()
    expect(view.text()).toContain('A key is open')
  })

  it('says that the passphrase is wrong beside it, and keeps the file', async () => {
    await give(1, weak.text)
    const passphrase = form('.key-opener input[type=password]')
    await passphrase.setValue('another')
    await form('.key-opener form').trigger('submit')
    await vi.waitFor(() => expect(alerts().join()).toContain('The passphrase does not open this file'))
    await passphrase.setValue(weak.passphrase)
    await form('.key-opener form').trigger('submit')
    await vi.waitFor(() => expect(held.value?.signer.address).toBe(weak.address))
  })

  it('is opened once, and no more where another one is chosen meanwhile', async () => {
    WorkerHere.made.splice(0)
    await give(1, weak.text)
    await form('.key-opener input[type=password]').setValue(weak.passphrase)
    await form('.key-opener form').trigger('submit')
    await form('.key-opener form').trigger('submit')
    expect(WorkerHere.made).toHaveLength(1)
    await give(1, demo.text)
    expect(form('.key-progress').exists()).toBe(false)
    expect(held.value).toBeNull()
  })

  it('that is none, or too large, is refused', async () => {
    await give(1, 'x')
    expect(alerts().join()).toContain('no key file')
    await give(1, 'x'.repeat(20_000))
    expect(alerts().join()).toContain('larger than 16 KiB')
  })
})

describe('a wallet', () => {
  it('is offered where the browser has one, and let in by its owner', async () => {
    view.unmount()
    let isDeclined = true
    const request = async ({ method }: { method: string }) => {
      if (isDeclined) throw { code: 4001, message: 'no' }
      return method === 'eth_requestAccounts' ? [demo.address] : null
    }
    Object.assign(window, { ethereum: { request } })
    view = mount(KeysView, { global: { plugins: [i18n] }, attachTo: document.body })
    const wallet = () => view.findAll('button').find((each) => each.text() === 'The wallet of this browser')
    await vi.waitFor(() => expect(wallet()).toBeDefined())
    await wallet()!.trigger('click')
    await vi.waitFor(() => expect(alerts().join()).toContain('You declined in the wallet'))
    isDeclined = false
    await wallet()!.trigger('click')
    await vi.waitFor(() => expect(view.text()).toContain('A wallet is connected'))
    expect(held.value?.signer.address).toBe(demo.address)
    delete (window as { ethereum?: unknown }).ethereum
  })
})

describe('a new key', () => {
  const keystore = readKeystore(new TextEncoder().encode(weak.text))
  const typed = async (passphrase: string, again: string) => {
    const [one, two] = view.findAll('input[autocomplete=new-password]')
    await one!.setValue(passphrase)
    await two!.setValue(again)
    await view.findAll('form').at(-1)!.trigger('submit')
    await flushPromises()
  }

  it('needs a passphrase that is long enough, twice', async () => {
    await typed('short', 'short')
    expect(alerts().join()).toContain('needs at least 12 characters and has 5')
    await typed('four words of mine', 'four words of mind')
    expect(alerts().join()).toContain('The two passphrases differ')
  })

  it('is handed out as a file, and printed as a sheet with all of it', async () => {
    vi.spyOn(making, 'makeKey').mockResolvedValue({ text: weak.text, keystore }) // scrypt at full cost takes seconds
    const saved: Blob[] = []
    const createObjectURL = (blob: Blob): string => `blob:${saved.push(blob)}`
    Object.assign(URL, { createObjectURL, revokeObjectURL: () => undefined }) // jsdom has none
    await typed('four words of mine', 'four words of mine')
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined)
    await view.findAll('button').find((each) => each.text() === 'Save the key file')!.trigger('click')
    expect(await saved[0]?.text()).toBe(weak.text)
    expect(click).toHaveBeenCalledOnce()
    const sheet = document.querySelector('.backup-sheet')!
    expect(sheet.querySelector('pre')?.textContent).toBe(weak.text)
    expect(sheet.textContent).toContain(weak.address)
    expect(document.documentElement.classList.contains('prints-backup')).toBe(true)
    expect(await violations(document.body)).toEqual([])
    await view.findAll('button').find((each) => each.text() === 'Done')!.trigger('click')
    expect(document.querySelector('.backup-sheet')).toBeNull()
    expect(document.documentElement.classList.contains('prints-backup')).toBe(false)
  })
})

it('finds nothing amiss for whoever hears the page, in both languages', async () => {
  await give(0, trustFiles.offer.text)
  await give(1, weak.text)
  for (const language of ['en', 'zh'] as const) {
    useLanguage(language)
    await flushPromises()
    expect(await violations(view.element.parentElement!)).toEqual([])
  }
})

it('opens and makes no key over plain HTTP from elsewhere, and says what to do', async () => {
  view.unmount()
  await servedFrom('http://ledger.example/keys', async () => {
    view = mount(KeysView, { global: { plugins: [i18n] } })
    await flushPromises()
    expect(view.find('input[type=password]').exists()).toBe(false)
    expect(view.text()).toContain('Use its https:// address')
  })
})
