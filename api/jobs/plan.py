"""The plan of `shecang reallocate propose`, of the index as the server's own follower has it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from api.access.rights import Rights, Scope
from api.jobs.opened import opened_index
from api.planning import PROPOSALS, PlanPlaceTooLargeError
from ledger_client.anchors import proposal_row
from ledger_client.contracts import Deployment
from ledger_client.distance_file import read_distances
from ledger_client.divisions import DivisionId, lowest_common_division
from ledger_client.home import Home
from ledger_client.index.reads import IndexReader
from ledger_client.index.standing import StandingReader
from ledger_client.kept_plans import keep_offered
from ledger_client.matching import Distances
from ledger_client.planning import LedgerPlan, act_form, plan_of_index
from ledger_client.plans import Listed, profile_named
from ledger_client.seats import over_both

Answer = Callable[[str, Any], None]


def run(arguments: Mapping[str, Any], answer: Answer) -> dict[str, Any]:
    """Make a plan, keep it, and tell what of it is about a place; a row is a proposal, or what stays open."""
    home, place = Home.existing(Path(arguments["home"])), arguments["place"]
    offset = Deployment.load(home.deployment).offset
    with opened_index(home) as engine:
        distances = _distances(arguments, engine)
        made = plan_of_index(engine, offset, profile_named(arguments["profile"]), distances)
        rows = [*_proposals(made, made.within(place)), *_unfilled(made, place)]
        if len(rows) > PROPOSALS:
            raise PlanPlaceTooLargeError(found=len(rows), place=place, most=PROPOSALS)
        keep_offered(home.plans, made.kept, arguments["account"], StandingReader(engine).anchors_named)
    for row in rows:
        answer("row", row)
    return {
        "anchor": f"0x{made.kept.parts.anchor.hex()}",
        "block": {
            "number": made.facts.block.number,
            "hash": f"0x{made.facts.block.hash.hex()}",
            "time": made.facts.time,
        },
        "profile": made.plan.profile,
        "unit": made.plan.unit.value,
        "rules": made.kept.configuration["rules"],
        "requests": len(made.requests_within(place)),
    }


def _distances(arguments: Mapping[str, Any], engine: Engine) -> Distances:
    path = arguments["distances"]
    if path is None:
        return Distances()
    divisions = tuple(map(DivisionId, arguments["divisions"]))
    caller = Rights(arguments["account"], divisions, frozenset(map(Scope, arguments["scopes"])))
    return read_distances(Path(path), _Readable(IndexReader(engine).sites(), caller))


class _Readable:
    """The sites that somebody reads: of others nobody is told whether they are on the ledger.

    Nor which of them would give, which would show where distances of one's own could be tried out.
    """

    def __init__(self, sites: Collection[int], caller: Rights) -> None:
        self._sites, self._caller = sites, caller

    def __contains__(self, site: object) -> bool:
        if not isinstance(site, int):
            return False
        self._caller.require(Scope.READ, site)
        return site in self._sites


def _proposals(made: LedgerPlan, listed: Collection[Listed]) -> list[Any]:
    anchor = made.kept.parts.anchor
    return [
        (
            "proposal",
            {
                "planned": proposal_row(each.proposal),
                "form": act_form(anchor, each),
                "is_covered": each.is_covered,
            },
        )
        for each in listed
    ]


def _unfilled(made: LedgerPlan, place: int) -> list[Any]:
    """Return what stays open, each with the lowest division around the site and all that hold the item."""
    holders, rows = made.holders(), list[Any]()
    for rest, request in made.unfilled_within(place):
        around = _around(request.site, holders.get(request.item))
        what = {"quantity": rest.quantity, "code": rest.code.value, "around": around}
        rows.append(("unfilled", {"request": list(request), **what}))
    return rows


def _around(site: int, holders: DivisionId | None) -> int:
    """Return the lowest division around a site and a division; that of the site alone where there is none."""
    own = over_both(site)
    return own if holders is None else lowest_common_division(DivisionId(own), holders)
