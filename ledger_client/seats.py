"""Where somebody signs: the place that a grant must cover, and whose grant lies nearest to it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ledger_client.divisions import (
    DivisionId,
    DivisionLevel,
    contains,
    level,
    lowest_common_division,
    parent_at,
)
from ledger_client.roles import Role

if TYPE_CHECKING:
    from ledger_client.addresses import Address
    from ledger_client.index.registers import RegisterReader

SITE_SPAN = 1_000
"""A site's number divided by this is its community."""


def nearest_grant(
    index: RegisterReader, address: Address, role: Role, division: int, subject: int = 0
) -> int:
    """Return the division of an address's grant of `role` that lies nearest above `division`, else itself.

    A grant that still waits for its delay is named only where none acts.
    """
    found = [
        (grant.from_ <= time.time(), grant.division)
        for grant in index.grants(address)
        if grant.role == role
        and grant.subject == subject
        and grant.is_standing
        and contains(DivisionId(grant.division), DivisionId(division))
    ]
    return max(found, default=(False, division))[1]


def above(division: DivisionId) -> DivisionId:
    """Return the division one level above another one; of the country, itself."""
    level_above = max((each for each in DivisionLevel if each < level(division)), default=level(division))
    return parent_at(division, level_above)


def street_or_above(division: DivisionId) -> DivisionId:
    """Return the division itself, and of a community its street.

    No authority of a community sets what binds communities (`docs/adr/0011-norms-and-reallocation.md`).
    """
    return parent_at(division, min(level(division), DivisionLevel.STREET))


def common_place(*sites: int) -> int:
    """Return what an approver's division must contain: the site, or the lowest division of two sites.

    Inside a district goods move sideways, so that an approver of the sender is enough.
    """
    communities = [DivisionId(site // SITE_SPAN) for site in sites]
    if len(communities) == 1 or not leaves_district(*communities):
        return communities[0]
    return lowest_common_division(communities[0], communities[1])


def over_both(*sites: int) -> int:
    """Return the lowest division that contains all sites."""
    first, *rest = (DivisionId(site // SITE_SPAN) for site in sites)
    for other in rest:
        first = lowest_common_division(first, other)
    return first


def leaves_district(one: DivisionId, other: DivisionId) -> bool:
    """Return whether two communities lie in different districts."""
    return parent_at(one, DivisionLevel.DISTRICT) != parent_at(other, DivisionLevel.DISTRICT)
