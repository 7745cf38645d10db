import { both } from '../both'

export const trace = both({ title: 'trace' }, { title: 'trace' })
