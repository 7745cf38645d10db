/** Words of the auditor's views. */
import { audit } from './auditor/audit'
import { books } from './auditor/books'
import { document } from './auditor/document'
import { lists } from './auditor/lists'
import { site } from './auditor/site'
import { stock } from './auditor/stock'
import { trace } from './auditor/trace'

export const auditor = {
  en: { ...lists.en, audit: audit.en, books: books.en, document: document.en, site: site.en, stock: stock.en, trace: trace.en },
  zh: { ...lists.zh, audit: audit.zh, books: books.zh, document: document.zh, site: site.zh, stock: stock.zh, trace: trace.zh },
}
