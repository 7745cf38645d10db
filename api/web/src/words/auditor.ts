import { both } from './both'

export const auditor = both({}, {})
