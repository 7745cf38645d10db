"""From a plan of the matching to proposals on a ledger, and from an anchored proposal back to its plan.

A proposal lists the lots that leave and, with a quantity of 0, further usable lots of the giver: as many as
the contract needs to see that floor and callable share hold once everything is approved that the plan and
others want of the giver. Its anchor is the plan's, its client id follows from the plan, so that submitting a
plan twice proposes nothing twice::

    for each in listed(facts, plan):
        ledger.reallocation.propose(each.request, each.giver, each.lots, anchor=…, client_id=…, keeper=…)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ledger_client.allocation import LINES_MOST, SHARE_WHOLE
from ledger_client.anchors import KeptPlan
from ledger_client.city import CityFacts, GoodsAt, Place
from ledger_client.errors import UsageError
from ledger_client.home import Home
from ledger_client.keccak import keccak
from ledger_client.kept_plans import keep_for_good, path_of
from ledger_client.matching import DISTRICT, CityProfile, Plan, Proposal
from ledger_client.matching.city import terms_of

PROFILES: Mapping[str, CityProfile] = {DISTRICT.name: DISTRICT}
"""The profiles that make a plan of a ledger, by name."""

_CLIENT_ID = b"shecang/planned-proposal/1"


class ProfileUnknownError(UsageError):
    """There is no profile of a name."""

    en = "there is no profile {value!r}; there are: {known}"
    zh = "没有名为 {value!r} 的方案配置；现有：{known}"


def profile_named(name: str) -> CityProfile:
    """Return the profile of a name.

    Raises:
        ProfileUnknownError: There is none.
    """
    if name not in PROFILES:
        raise ProfileUnknownError(value=name, known=", ".join(PROFILES))
    return PROFILES[name]


@dataclass(frozen=True, slots=True)
class Listed:
    """A proposal with the lots that it lists.

    Attributes:
        proposal: As planned.
        lots: Base units by lot, 0 for lots that stay.
        is_covered: Whether they show that floor and share hold; where they are more than a proposal may
            list, it is refused when it is to be approved.
    """

    proposal: Proposal
    lots: Mapping[int, int]
    is_covered: bool


def listed(facts: CityFacts, plan: Plan) -> list[Listed]:
    """Return the proposals of a plan with the lots that each lists, in the order of the plan.

    Args:
        facts: What the plan was made of.
        plan: The plan.
    """
    there: defaultdict[Place, list[GoodsAt]] = defaultdict(list)
    for each in facts.goods:
        if each.use_until >= facts.today:
            there[each.site, each.item].append(each)
    taken = _taken(facts, plan.proposals)
    return [_listed(facts, each, there[each.giver, each.item], taken) for each in plan.proposals]


def _taken(facts: CityFacts, proposals: Iterable[Proposal]) -> defaultdict[Place, int]:
    """Return what is reserved of each giver once everything proposed is approved."""
    taken = defaultdict(int, facts.reserved)
    for pending in facts.pending:
        taken[pending.giver, pending.item] += pending.quantity
    for each in proposals:
        taken[each.giver, each.item] += each.quantity
    return taken


def _listed(
    facts: CityFacts, proposal: Proposal, there: Iterable[GoodsAt], taken: Mapping[Place, int]
) -> Listed:
    place = proposal.giver, proposal.item
    lots, is_covered = _covering(facts, place, dict(proposal.lots), there, taken[place])
    return Listed(proposal, lots, is_covered)


def offered(facts: CityFacts, giver: int, item: int, lots: Mapping[int, int]) -> dict[int, int]:
    """Return the lots that a proposal by hand lists: those that leave, and what shows that the floor holds.

    Args:
        facts: What the ledger has.
        giver: The giving site.
        item: The item asked for.
        lots: Base units by lot that leave.
    """
    there = [
        each
        for each in facts.goods
        if (each.site, each.item) == (giver, item) and each.use_until >= facts.today
    ]
    all_taken = _taken(facts, ())[giver, item] + sum(lots.values())
    return _covering(facts, (giver, item), dict(lots), there, all_taken)[0]


def _covering(
    facts: CityFacts, place: Place, lots: dict[int, int], there: Iterable[GoodsAt], all_taken: int
) -> tuple[dict[int, int], bool]:
    """Return lots with as many others as show that floor and share hold, and whether they do."""
    floor, terms = facts.floors.get(place, 0), terms_of(facts.terms, place[0])
    share = terms.share if terms else 0
    usable = {each.lot: each.quantity for each in there}
    shown = sum(usable.get(lot, 0) for lot in lots)

    def is_covered() -> bool:
        return floor + all_taken <= shown and all_taken * SHARE_WHOLE <= share * shown

    # The largest first, so that few are listed; among equals the lower id.
    for lot, units in sorted(usable.items(), key=lambda pair: (-pair[1], pair[0])):
        if is_covered() or len(lots) >= LINES_MOST:
            break
        if lot not in lots:
            lots[lot] = 0
            shown += units
    return dict(sorted(lots.items())), is_covered()


def planned_client_id(anchor: bytes, proposal: Proposal) -> bytes:
    """Return the client id of a proposal of an anchored plan, 32 bytes."""
    request, giver = proposal.request.to_bytes(32, "big"), proposal.giver.to_bytes(32, "big")
    return keccak(_CLIENT_ID + anchor + request + giver)


def plan_path(home: Home, anchor: bytes) -> Path:
    """Return where a home keeps the plan with this anchor."""
    return path_of(home.plans, anchor)


def keep_submitted(home: Home, kept: KeptPlan) -> Path:
    """Keep a plan that is submitted from a home, once and for good; return where.

    Raises:
        DiskFullError, FileUnavailableError: It cannot be kept.
    """
    return keep_for_good(home.plans, kept)
