import { both } from '../both'

export const books = both({ title: 'books' }, { title: 'books' })
