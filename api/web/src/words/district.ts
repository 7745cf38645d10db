import { both } from './both'

export const district = both({}, {})
