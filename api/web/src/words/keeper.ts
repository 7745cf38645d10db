import { both } from './both'

export const keeper = both({}, {})
