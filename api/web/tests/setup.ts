/** What every test of the page starts from: what a browser has and the context of a test alone has not. */
import 'fake-indexeddb/auto'

import { webcrypto } from 'node:crypto'
import { ReadableStream } from 'node:stream/web'

// jsdom's own `crypto` computes no digests, and it has no streams.
for (const [name, value] of Object.entries({ crypto: webcrypto, ReadableStream }))
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
