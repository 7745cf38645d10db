import { both } from '../both'

export const audit = both({ title: 'audit' }, { title: 'audit' })
