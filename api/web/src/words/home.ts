import { both } from './both'

export const home = both({}, {})
