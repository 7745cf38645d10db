/** What can be said of a file before it is sent: which kind it is, and what is against sending it. */
export const BOOK_BYTES = 16 * 1_048_576
export const MAPPING_BYTES = 1_048_576
const NAME_MOST = 200

const TYPES: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  xls: 'application/vnd.ms-excel',
}

/** The media type by which a file is sent; null for a file of another kind. */
export function typeOf(name: string): string | null {
  return TYPES[name.split('.').at(-1)?.toLowerCase() ?? ''] ?? null
}

export type FileFault = 'fileKind' | 'fileEmpty' | 'fileTooLarge' | 'nameTooLong'

/** What is against sending a file; null for nothing. */
export function faultOf(file: { name: string; size: number }, most: number): FileFault | null {
  if (typeOf(file.name) === null) return 'fileKind'
  if (file.size === 0) return 'fileEmpty'
  if (file.size > most) return 'fileTooLarge'
  return file.name.length > NAME_MOST ? 'nameTooLong' : null
}

/** A size as people read it. */
export function sizeSaid(bytes: number): string {
  return bytes < 1_048_576 ? `${Math.ceil(bytes / 1024)} KiB` : `${(bytes / 1_048_576).toFixed(1)} MiB`
}
