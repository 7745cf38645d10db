import { both } from './both'

export const officer = both({}, {})
