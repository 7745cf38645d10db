"""A plan of the matching for a ledger as it is now: what a command and the API make alike.

The plan is always for all open requests of the ledger, so that its anchor is the same whoever makes it; what
of it concerns a place is picked out afterwards::

    planned = plan_of_index(engine, offset, profile_named("district"), Distances())
    planned.within(420102), planned.kept.parts.anchor
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ledger_client.anchors import REQUEST_DIGITS, KeptPlan
from ledger_client.city import CityFacts, city_of, facts_of_index
from ledger_client.divisions import DivisionId, lowest_common_division
from ledger_client.matching import City, CityProfile, Distances, Plan, Request
from ledger_client.matching import propose as plan_of
from ledger_client.matching.city import Unfilled
from ledger_client.matching.distances import lies_in
from ledger_client.plans import Listed, listed, planned_client_id
from ledger_client.seats import SITE_SPAN

if TYPE_CHECKING:
    from sqlalchemy import Engine


@dataclass(frozen=True, slots=True)
class LedgerPlan:
    """A plan with what it was made of.

    Attributes:
        facts: What the ledger had.
        city: What the matching looked at.
        plan: The plan.
        kept: The plan as it is kept and anchored.
    """

    facts: CityFacts
    city: City
    plan: Plan
    kept: KeptPlan

    def within(self, place: int) -> list[Listed]:
        """Return what the sites of a place get, with the lots that each proposal lists, in the plan's order.

        Args:
            place: A site or division, 0 for the country.
        """
        return [each for each in listed(self.facts, self.plan) if lies_in(each.proposal.receiver, place)]

    def requests_within(self, place: int) -> dict[int, Request]:
        """Return the open requests that were looked at, of the sites of a place, by key."""
        return {each.request: each for each in self.city.requests if lies_in(each.site, place)}

    def unfilled_within(self, place: int) -> list[tuple[Unfilled, Request]]:
        """Return what stays open of the requests of a place, each with its request, in the plan's order."""
        asked = self.requests_within(place)
        return [(each, asked[each.request]) for each in self.plan.unfilled if each.request in asked]

    def holders(self) -> dict[int, DivisionId]:
        """Return the lowest division around all sites that hold anything of an item, by item.

        Why something stays open follows from what these sites hold, and from their terms.
        """
        found: dict[int, DivisionId] = {}
        for each in self.facts.goods:
            community = DivisionId(each.site // SITE_SPAN)
            found[each.item] = lowest_common_division(found.get(each.item, community), community)
        return found


def plan_of_index(
    engine: Engine,
    offset: int,
    profile: CityProfile,
    distances: Distances,
    more: Iterable[Request] = (),
) -> LedgerPlan:
    """Return a plan of the last block that an index has read; nothing is written.

    Args:
        engine: The index's database.
        offset: Seconds by which the ledger's days are ahead of UTC.
        profile: How it is chosen.
        distances: How far sites are apart.
        more: Requests that are not recorded yet, to see what would become of them.

    Raises:
        IndexEmptyError: The index has read no block.
    """
    facts = facts_of_index(engine, offset)
    city = city_of(facts, distances, more)
    plan = plan_of(city, profile)
    return LedgerPlan(facts, city, plan, KeptPlan.of(facts.block, profile, distances, plan))


def act_form(anchor: bytes, each: Listed) -> Mapping[str, Any]:
    """Return the form of the act that records a proposal of a plan; it lacks who signs (`by`).

    Args:
        anchor: Of the plan, 32 bytes.
        each: The proposal with the lots that it lists.
    """
    proposal = each.proposal
    return {
        "act": "propose",
        "client_id": f"0x{planned_client_id(anchor, proposal).hex()}",
        "request": f"{proposal.request:0{REQUEST_DIGITS}x}",
        "giver": str(proposal.giver),
        "lots": [{"lot": f"{lot:040x}", "quantity": str(units)} for lot, units in each.lots.items()],
        "anchor": f"0x{anchor.hex()}",
    }
