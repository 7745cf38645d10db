/**
 * Arguments of the functions that acts call, by the committed ABI: read strictly from the one spelling of
 * each, and put into calldata. `abi.json` is made from the client's artifacts, and a test holds it against
 * them.
 *
 * A number of at most 32 bits is a number, one of 64 bits (a site, a quantity, a time) is decimal digits, a
 * longer one (an id, a key) is hexadecimal; bytes are hexadecimal, a struct is an object, an array is a
 * list.
 */
import { encodeFunctionData, getAddress, isAddress, type AbiFunction, type Address, type Hex } from 'viem'

import ABI from './abi.json'
import { malformed } from './refusals'

export interface Parameter {
  readonly name: string
  readonly type: string
  readonly components?: readonly Parameter[]
}

/** An argument: numbers of every size are BigInt; bytes and addresses stay as they are written. */
export type Value = bigint | boolean | string | readonly Value[] | Arguments
export type Arguments = { readonly [name: string]: Value }

const LONGEST_LIST = 512
const PLAIN_BITS = 32
const DIGIT_BITS = 64

const FUNCTIONS: Readonly<Record<string, Readonly<Record<string, readonly Parameter[]>>>> = ABI

/** The arguments of a function that an act may call, in order. */
export function parametersOf(contract: string, name: string): readonly Parameter[] {
  const functions = Object.hasOwn(FUNCTIONS, contract) ? FUNCTIONS[contract] : undefined
  const found = functions && Object.hasOwn(functions, name) ? functions[name] : undefined
  if (!found) throw malformed('function')
  return found
}

/** The arguments that a JSON value describes. */
export function readArguments(contract: string, name: string, value: unknown): Arguments {
  return readStruct(parametersOf(contract, name), value, 'arguments')
}

/** The calldata of a call. */
export function encodeCall(contract: string, name: string, values: Arguments): Hex {
  const inputs = parametersOf(contract, name)
  const abi: AbiFunction = { type: 'function', name, inputs, outputs: [], stateMutability: 'nonpayable' }
  return encodeFunctionData({ abi: [abi], functionName: name, args: inputs.map((each) => values[each.name]) })
}

/** The members of a JSON object that has these and no others. */
export function members(value: unknown, names: readonly string[], where: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(where)
  const found = value as Record<string, unknown>
  const missing = names.find((each) => !Object.hasOwn(found, each))
  if (missing !== undefined) throw malformed(`${where}.${missing}`)
  if (Object.keys(found).length !== names.length) throw malformed(where)
  return found
}

/** A JSON text of a pattern. */
export function text<T extends string>(value: unknown, pattern: RegExp, where: string): T {
  if (typeof value !== 'string' || !pattern.test(value)) throw malformed(where)
  return value as T
}

/** A JSON number that is whole and in a range, both ends included. */
export function whole(value: unknown, least: number, most: number, where: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least || value > most) {
    throw malformed(where)
  }
  return value
}

/** An address whose letters' case is that of its checksum. */
export function checksummed(value: unknown, where: string): Address {
  if (typeof value !== 'string' || !isAddress(value, { strict: false }) || getAddress(value) !== value) {
    throw malformed(where)
  }
  return value
}

function readStruct(parameters: readonly Parameter[], value: unknown, where: string): Arguments {
  const found = members(value, parameters.map((each) => each.name), where)
  return Object.fromEntries(
    parameters.map((each) => [each.name, read(each, found[each.name], `${where}.${each.name}`)]),
  )
}

function read(parameter: Parameter, value: unknown, where: string): Value {
  const { type } = parameter
  if (type.endsWith('[]')) {
    if (!Array.isArray(value) || value.length > LONGEST_LIST) throw malformed(where)
    const member = { ...parameter, type: type.slice(0, -2) }
    return value.map((each, at) => read(member, each, `${where}[${at}]`))
  }
  if (type === 'tuple') return readStruct(parameter.components ?? [], value, where)
  if (type === 'bool') {
    if (typeof value !== 'boolean') throw malformed(where)
    return value
  }
  if (type === 'address') return checksummed(value, where)
  if (type.startsWith('bytes')) {
    return text(value, new RegExp(`^0x[0-9a-f]{${2 * Number(type.slice('bytes'.length))}}$`), where)
  }
  return readNumber(Number(type.slice('uint'.length)), value, where)
}

function readNumber(bits: number, value: unknown, where: string): bigint {
  if (bits <= PLAIN_BITS) return BigInt(whole(value, 0, 2 ** bits - 1, where))
  const isDecimal = bits <= DIGIT_BITS
  const digits = text(
    value,
    isDecimal ? /^(0|[1-9][0-9]{0,19})$/ : /^0x(0|[1-9a-f][0-9a-f]{0,63})$/,
    where,
  )
  const found = BigInt(digits)
  if (found >> BigInt(bits)) throw malformed(where)
  return found
}
