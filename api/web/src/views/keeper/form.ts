/**
 * A form of a keeper from the first key to the recorded document: kept while it is typed, checked before it is sent,
 * prepared by the server, and handed to whoever signs.
 */
import type { Hex } from 'viem'
import { computed, nextTick, onScopeDispose, reactive, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'

import { whileBusy } from '@/answer'
import { OfflineError, ProblemError, type Schemas } from '@/api/client'
import { session } from '@/session'
import type { ActForm } from '@/signing/acts'
import type { DocumentForm } from '@/signing/drafts'
import type { Prepared } from '@/signing/prepared'
import type { Outcome } from '@/signing/useSigning'

import { Identified, isRefusal, lookAt, prepare, withdraw } from './identified'
import { forget, keep, kept } from './kept'
import { fieldOf } from './named-fields'
import type { Wrongs } from './quantities'

/** What a user writes freely; it is sent, and never kept. */
export interface Texts {
  note: string
  order: string
}

export interface FormOptions<Fields extends object> {
  readonly name: string
  /** What it is about, a site or the key of goods on their way; null until that is known. */
  readonly about: () => string | null
  readonly empty: () => Fields
  readonly wrong: (fields: Fields) => Wrongs
  readonly body: (fields: Fields, clientId: Hex, texts: Texts) => DocumentForm | ActForm
  /** Whether anything was typed that is worth keeping; by default, whether anything but the keeper is filled in. */
  readonly isTyped?: (fields: Fields) => boolean
}

/** `waiting`: it was prepared, and others sign it first. */
export type Stage = 'typing' | 'sending' | 'signing' | 'waiting' | 'recorded'

export interface KeeperForm<Fields extends object = object> {
  readonly fields: Fields
  readonly texts: Texts
  readonly wrongs: Readonly<Ref<Wrongs>>
  readonly problem: Readonly<ShallowRef<ProblemError | null>>
  /** What the server said of a field. */
  readonly said: Readonly<Ref<Readonly<Record<string, string>>>>
  readonly stage: Readonly<Ref<Stage>>
  /** Whether nothing is sent since what was prepared before cannot be withdrawn by whoever is signed in. */
  readonly hasFormer: Readonly<Ref<boolean>>
  readonly isOffline: Readonly<Ref<boolean>>
  /** Whether this browser keeps what is typed. */
  readonly canKeep: Readonly<Ref<boolean>>
  /** Whether what was kept has come: nothing is typed, filled in or sent before. */
  readonly isReady: Readonly<Ref<boolean>>
  /** When what stands here was typed; null where it was not restored. */
  readonly restoredAt: Readonly<Ref<number | null>>
  readonly toSign: Readonly<ShallowRef<Prepared | null>>
  send(): Promise<void>
  /** Fill in what the page knows: that alone is nothing typed. */
  prefill(values: Partial<Fields>): void
  /** Have another form go on with what was typed here, in place of this one; whether it may. */
  passOn(name: string, changed?: Partial<Fields>): Promise<boolean>
  /** Begin anew, and forget what was kept. */
  discard(): Promise<void>
  /** Return from the signing panel to the form. */
  back(): void
  /** What is known of it now: what was kept of a recorded document is over. */
  settled(outcome: Outcome): Promise<void>
  /** The user has read what came of it. */
  done(outcome: Outcome): Promise<void>
}

const KEEP_AFTER = 250

/** What another form goes on with, in memory alone: notes are kept nowhere. */
let passed: { readonly id: string; readonly fields: object; readonly texts: Texts } | null = null

export function useKeeperForm<Fields extends object>(options: FormOptions<Fields>): KeeperForm<Fields> {
  const fields = reactive(options.empty()) as Fields
  const texts = reactive<Texts>({ note: '', order: '' })
  const wrongs = ref<Wrongs>({})
  const said = ref<Record<string, string>>({})
  const problem = shallowRef<ProblemError | null>(null)
  const stage = ref<Stage>('typing')
  const hasFormer = ref(false)
  const isOffline = ref(false)
  const canKeep = ref(true)
  const isReady = ref(false)
  const restoredAt = ref<number | null>(null)
  const toSign = shallowRef<Prepared | null>(null)
  /** Whose form it is: a session that ends meanwhile leaves it to whoever typed. */
  const owner = ref(session.who?.account ?? null)
  const id = computed(() => idOf(options.name))
  const identified = new Identified()
  let untouched = contentOf(fields)
  let hasTried = false
  /** Under what that which stands here is kept. */
  let standing: string | null = null
  /** Whether nothing is to be kept any more. */
  let isOver = false
  let timer: ReturnType<typeof setTimeout> | undefined

  function idOf(name: string): string | null {
    const about = options.about()
    return about === null ? null : `${owner.value ?? ''} ${name} ${about}`
  }

  function isTyped(): boolean {
    return options.isTyped?.(fields) ?? contentOf(fields) !== untouched
  }

  function keepNow(): void {
    clearTimeout(timer)
    timer = undefined
    if (standing === null || isOver || (!isTyped() && identified.draft === null)) return
    const copy = { id: standing, ...identified.kept, fields: copyOf(fields), keptAt: Date.now() }
    keep(copy).catch(() => (canKeep.value = false))
  }

  async function forgetIt(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    isOver = true
    if (standing !== null && canKeep.value) await forget(standing)
  }

  async function restore(): Promise<void> {
    const wanted = id.value
    if (timer !== undefined) keepNow()
    standing = wanted
    isReady.value = false
    if (wanted === null) return
    try {
      untouched = contentOf(fields)
      const given = passed?.id === wanted ? passed : null
      passed = null
      const found = await kept<Fields>(wanted).catch(() => {
        canKeep.value = false // as in a private window of some browsers
        return null
      })
      if (wanted !== id.value) return
      if (found !== null) identified.restore(found)
      Object.assign(fields, given?.fields ?? found?.fields)
      Object.assign(texts, given?.texts)
      if (given !== null || found === null) return
      restoredAt.value = found.keptAt
      if (identified.draft !== null) await resume(identified.draft)
    } finally {
      if (wanted === id.value) isReady.value = true
    }
  }

  /** Go on with what the server had prepared before the page was left. */
  async function resume(key: string): Promise<void> {
    try {
      goOn(key, await lookAt(key))
    } catch (error) {
      if (isRefusal(error, 403)) goOn(key, null)
      // Whatever else is said, it may have been sent: it is found again afterwards.
      else if (!(error instanceof ProblemError || error instanceof OfflineError)) throw error
    }
  }

  /** Show what was prepared or sent; it is begun anew where nothing is left of it. */
  function goOn(key: string, answer: Schemas['DraftAnswer'] | null): void {
    if (identified.draft !== key) return // somebody else's form stands here
    if (answer?.state !== 'open' && answer?.state !== 'sent') return identified.renew()
    show(identified.shown(answer))
  }

  function show(what: Prepared): void {
    toSign.value = what
    stage.value = 'signing'
  }

  async function send(): Promise<void> {
    if (stage.value === 'sending' || !isReady.value) return
    hasTried = true
    said.value = {}
    problem.value = null
    wrongs.value = options.wrong(fields)
    if (Object.keys(wrongs.value).length > 0) return focusFirstWrong()
    stage.value = 'sending'
    isOffline.value = false
    hasFormer.value = false
    let body = options.body(fields, identified.clientId, texts)
    const sender = owner.value
    const isLeft = (): boolean => sender !== owner.value // what is prepared then waits for whoever sent it
    try {
      if (!identified.standsFor(body) && !(await whileBusy(makeWay()))) return // what became of the former is shown
      if (isLeft()) return
      body = options.body(fields, identified.clientId, texts)
      const prepared = await whileBusy(prepare(body))
      if (isLeft()) return
      identified.hold(prepared)
      show(prepared)
      keepNow()
    } catch (error) {
      if (isLeft()) return
      stage.value = 'typing'
      refused(error, body)
    }
  }

  /**
   * Withdraw what was prepared of other content, since an identifier stands for one content alone; whether something
   * may take its place. Where it was sent, it is shown instead: the same goods would be recorded twice.
   */
  async function makeWay(): Promise<boolean> {
    const former = identified.draft
    if (former === null) return true
    try {
      await withdraw(former)
    } catch (error) {
      if (!isRefusal(error, 403, 404, 409)) throw error
      const left = isRefusal(error, 404) ? null : await lookAt(former)
      // Whoever prepares for others does not sign, nor withdraw.
      hasFormer.value = isRefusal(error, 403) && left?.state === 'open'
      if (hasFormer.value) throw error
      goOn(former, left)
      return identified.draft === null
    }
    if (identified.draft === former) identified.renew()
    return true
  }

  function refused(error: unknown, body: object): void {
    if (error instanceof OfflineError) {
      isOffline.value = true
      keepNow()
      return
    }
    if (!(error instanceof ProblemError)) throw error
    if (error.status === 401) keepNow() // the way to sign in leads away
    problem.value = error
    said.value = Object.fromEntries(error.errors.map((each) => [fieldOf(each.parameter, body), each.detail]))
    if (error.type.endsWith(':draft-taken')) identified.isTaken()
    void focusFirstWrong()
  }

  function prefill(values: Partial<Fields>): void {
    const wasTyped = isTyped()
    Object.assign(fields, values)
    if (!wasTyped) untouched = contentOf(fields)
  }

  async function passOn(name: string, changed: Partial<Fields> = {}): Promise<boolean> {
    const other = idOf(name)
    if (other === null || !isTyped()) return true
    isOffline.value = false
    hasFormer.value = false
    problem.value = null
    const from = standing
    try {
      if (!(await whileBusy(makeWay())) || from !== standing) return false
    } catch (error) {
      if (from === standing) refused(error, {})
      return false
    }
    passed = { id: other, fields: { ...copyOf(fields), ...changed }, texts: { ...texts } }
    void forgetIt()
    return true
  }

  function clear(): void {
    identified.renew()
    Object.assign(fields, options.empty())
    Object.assign(texts, { note: '', order: '' })
    restoredAt.value = null
    hasTried = false
    isOffline.value = false
    hasFormer.value = false
    wrongs.value = {}
    said.value = {}
    problem.value = null
    toSign.value = null
    stage.value = 'typing'
  }

  async function discard(): Promise<void> {
    const former = stage.value === 'typing' ? identified.draft : null // what was signed or waits elsewhere goes on
    await forgetIt()
    clear()
    await nextTick()
    clearTimeout(timer) // clearing the form is no typing
    untouched = contentOf(fields)
    isOver = false
    if (former !== null) await withdraw(former).catch(() => undefined) // it ends by itself, too
  }

  /** Leave what stands here to whoever typed it. */
  function leave(): void {
    if (timer !== undefined) keepNow()
    standing = null // nothing more is kept for them
    clear()
    isOver = false
    isReady.value = false
  }

  function back(): void {
    toSign.value = null
    stage.value = 'typing'
  }

  async function settled(outcome: Outcome): Promise<void> {
    if (outcome.is === 'recorded') await forgetIt()
    else if (outcome.is === 'refused') identified.renew()
  }

  async function done(outcome: Outcome): Promise<void> {
    if (outcome.is === 'refused') return back()
    // What others sign first stands at the server, and comes back to this keeper's inbox.
    await forgetIt()
    stage.value = outcome.is === 'recorded' ? 'recorded' : 'waiting'
  }

  watch(id, () => void whileBusy(restore()), { immediate: true })
  // Several keepers may share a tablet, and its tabs a session: what one of them typed is kept for that one alone.
  watch(
    () => session.who?.account ?? null,
    (account) => {
      if (account === null || account === owner.value) return
      if (owner.value !== null) leave()
      owner.value = account // which restores what is kept of theirs
    },
    { flush: 'sync' },
  )
  watch(
    fields,
    () => {
      if (hasTried) wrongs.value = options.wrong(fields)
      clearTimeout(timer)
      timer = setTimeout(keepNow, KEEP_AFTER)
    },
    { deep: true },
  )
  // Neither a phone that goes to sleep nor a page that is left or loaded anew runs the timer to its end.
  const keepRest = (): void => void (timer !== undefined && keepNow())
  const whenHidden = (): void => void (document.hidden && keepRest())
  document.addEventListener('visibilitychange', whenHidden)
  window.addEventListener('pagehide', keepRest)
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', whenHidden)
    window.removeEventListener('pagehide', keepRest)
    keepRest()
  })
  return {
    ...{ fields, texts, wrongs, problem, said, stage, hasFormer, isOffline, canKeep, isReady, restoredAt, toSign },
    ...{ send, prefill, passOn, discard, back, settled, done },
  }
}

/** As JSON, since a database takes no proxies. */
function copyOf<Value extends object>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value
}

/** What a user fills in: the keeper is chosen by the page where it can be. */
function contentOf(fields: object): string {
  return JSON.stringify({ ...fields, keeper: '' })
}

async function focusFirstWrong(): Promise<void> {
  await nextTick()
  const first = document.querySelector<HTMLElement>('main [aria-invalid="true"], main .form-problem')
  first?.focus()
  first?.scrollIntoView?.({ block: 'center' })
}
