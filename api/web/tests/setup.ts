/** What every test of the page starts from: an IndexedDB of its own, as a browser has one. */
import 'fake-indexeddb/auto'
