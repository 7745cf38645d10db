/**
 * Quantities, times and days as the language in force writes them.
 *
 * Quantities are whole base units up to 2^63 - 1, which a number would round: they stay decimal strings, and BigInt
 * where something is computed. Times come in UTC and are shown at the ledger's offset, UTC+8.
 */
import { ledgerDay } from '@/days'
import { language } from '@/i18n'

const ZONE = 'Asia/Shanghai'

const kept = new Map<string, Intl.DateTimeFormat | Intl.NumberFormat>()

function locale(): string {
  return language() === 'zh' ? 'zh-CN' : 'en-GB'
}

function once<Kind extends Intl.DateTimeFormat | Intl.NumberFormat>(name: string, make: () => Kind): Kind {
  const key = `${locale()} ${name}`
  const found = kept.get(key) ?? make()
  kept.set(key, found)
  return found as Kind
}

/** A quantity with its thousands apart. */
export function quantity(value: string | bigint | number): string {
  return once('number', () => new Intl.NumberFormat(locale())).format(BigInt(value))
}

/** A share of a whole, `0.125`, in hundredths. */
export function percent(share: number): string {
  return once('percent', () => new Intl.NumberFormat(locale(), { style: 'percent', maximumFractionDigits: 2 })).format(share)
}

/** A quantity with its sign, as a movement or difference has one. */
export function signed(value: string | bigint): string {
  const number = BigInt(value)
  return number > 0n ? `+${quantity(number)}` : quantity(number).replace('-', '−')
}

/** A moment to the minute. */
export function moment(iso: string): string {
  return once(
    'moment',
    () => new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'short', timeZone: ZONE }),
  ).format(new Date(iso))
}

/** The time of the day, of milliseconds since 1970. */
export function timeOfDay(milliseconds: number): string {
  return once('time', () => new Intl.DateTimeFormat(locale(), { timeStyle: 'short', timeZone: ZONE })).format(
    new Date(milliseconds),
  )
}

/** The day of a moment. */
export function dayOf(iso: string): string {
  return once('day', () => new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeZone: ZONE })).format(
    new Date(iso),
  )
}

/** A date without a time, `2026-09-05`, as a day of the ledger. */
export function date(day: string): string {
  return dayOf(`${day}T12:00:00+08:00`)
}

/** A date with its weekday, as it is read out. */
export function wholeDate(day: string): string {
  return inCalendar('whole', { dateStyle: 'full' }, day)
}

/** The month of a date, with its year. */
export function monthOf(day: string): string {
  return inCalendar('month', { year: 'numeric', month: 'long' }, day)
}

/** The weekday of a date. */
export function weekdayOf(day: string, style: 'short' | 'long'): string {
  return inCalendar(`weekday ${style}`, { weekday: style }, day)
}

function inCalendar(name: string, style: Intl.DateTimeFormatOptions, day: string): string {
  return once(name, () => new Intl.DateTimeFormat(locale(), { ...style, timeZone: 'UTC' })).format(
    new Date(`${day}T00:00:00Z`),
  )
}

/** When something is said to have occurred: a day alone, or to the minute. */
export function occurred(document: { occurred_at: string; is_day_only: boolean }): string {
  return document.is_day_only ? dayOf(document.occurred_at) : moment(document.occurred_at)
}

/** Today as a day of the ledger, `2026-09-05`. */
export function today(now = Date.now()): string {
  return ledgerDay(now)
}

/** Several things as the language in force lists them. */
export function listed(things: readonly string[]): string {
  return new Intl.ListFormat(locale()).format(things)
}

/** The first digits of something hexadecimal, for where the whole stands behind a button. */
export function short(hex: string, digits = 8): string {
  return hex.startsWith('0x') ? `${hex.slice(0, digits + 2)}…` : `${hex.slice(0, digits)}…`
}
