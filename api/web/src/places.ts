/** Places by their codes: a site's begins with that of its community, its district, its city and its province. */

const DISTRICT = 6

/** Whether goods that go from one site to another leave the district, so that an approver over both signs too. */
export function leavesDistrict(from: string, to: string): boolean {
  return from.slice(0, DISTRICT) !== to.slice(0, DISTRICT)
}
