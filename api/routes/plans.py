"""`/v1/proposals/plans`: who would give what for the open requests. Nothing of it is recorded."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Annotated, Any, TypeVar

from fastapi import Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from api.access.callers import CallerDep
from api.access.rights import Rights, Scope
from api.parameters import place_of
from api.planning import PLAN, PROPOSALS, MadePlan, PlansDep
from api.problems import Problem
from api.reading import Reading, ReadingDep
from api.resources import Resource
from api.routes._asking import FoundAround
from api.routes._concerned import Place, registered_place, site_names, sites_of
from api.routes._items import item_labels
from api.routes._why import distance_told, divisions_named, names_around, reasons_told
from api.schemas.common import Block, ItemLabel, Name, moment
from api.schemas.plans import (
    PlanAnswer,
    PlanForm,
    PlannedProposal,
    ProposeForm,
    UnfilledPage,
    UnfilledRequest,
)
from api.work import WorkDep
from ledger_client.anchors import REQUEST_DIGITS, proposal_of
from ledger_client.divisions import DivisionId
from ledger_client.explanations import Names, explain_proposal, explain_unfilled
from ledger_client.fold.records import Division
from ledger_client.identifiers import SiteId
from ledger_client.index.whole import WholeReader
from ledger_client.matching import Proposal
from ledger_client.matching import Request as Asked
from ledger_client.matching.city import ReasonCode, Unfilled, UnfilledCode
from ledger_client.matching.distances import Unit
from ledger_client.plans import profile_named

router = Resource(prefix="/proposals/plans", tags=["proposals"])

_OF_THE_REQUEST = frozenset(
    {ReasonCode.LEVEL, ReasonCode.NO_FLOOR, ReasonCode.URGENCY, ReasonCode.STALE, ReasonCode.ABOVE_NORM}
)
"""Reasons that say nothing of the giver: what has not been proposed yet names it to nobody else."""

_OF_ITSELF = frozenset({UnfilledCode.REASON_MISSING, UnfilledCode.PAST})
"""Why a request stays open, whatever others hold."""

PlanParameter = Annotated[
    str,
    Path(
        pattern="^[0-9a-f]{40}$",
        description="Of a plan that was made here.",
        examples=["0c4be0f94a4b9c6a6a2f5b1c7d116f1d0c4be0f9"],
    ),
]


class PlanQuery(BaseModel):
    """Which page of a plan."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(50, ge=1, le=200, description="Most rows to return.")
    after: int = Field(0, ge=0, le=PROPOSALS, description="`next_after` of the page before; 0 for the first.")


_FIRST = PlanQuery.model_validate({})


@router.post(
    "",
    operation_id="make_plan",
    summary="Plan who gives what for the open requests of a place",
    status_code=201,
    responses=Problem.responses(401, 403, 404, 413),
)
async def make_plan(
    caller: CallerDep,
    reading: ReadingDep,
    plans: PlansDep,
    work: WorkDep,
    request: Request,
    response: Response,
    form: PlanForm,
) -> PlanAnswer:
    """Match what is free of all sites with all open requests, as `shecang reallocate propose` does.

    Nothing is recorded. A keeper of the receiver or giver takes `form` of a proposal, adds `by`, and prepares
    it by `POST /v1/acts`; the server keeps the plan, so that the proposal can say why. Of a giver that the
    caller does not read, code and quantity are told, and no form. The first page is in the answer, the others
    are at `Location` for an hour.
    """
    place = place_of(form.place)
    _require(caller, place)
    profile = profile_named(form.profile).name
    await run_in_threadpool(reading.consistent, lambda index: registered_place(index, place))
    account = caller.account or ""
    async with work.place(PLAN) as directory:
        arguments = {
            "place": int(place),
            "profile": profile,
            "distances": await run_in_threadpool(_written, directory, form.distances),
            "account": account,
            "divisions": list(caller.divisions),
            "scopes": sorted(caller.scopes),
        }
        told = await work.run(PLAN, directory, arguments, gone=request.is_disconnected)
    made = await run_in_threadpool(MadePlan.of, account, int(place), told.result, told.rows)
    until = plans.put(made)
    response.headers["Location"] = f"{request.url.path}/{made.id}"
    return await run_in_threadpool(_answer, reading, caller, made, until, _FIRST)


@router.get(
    "/{plan}",
    operation_id="read_plan",
    summary="A plan, with a page of its proposals",
    responses=Problem.responses(401, 403, 404),
)
async def read_plan(
    caller: CallerDep,
    reading: ReadingDep,
    plans: PlansDep,
    plan: PlanParameter,
    query: Annotated[PlanQuery, Query()],
) -> PlanAnswer:
    """Return a plan to whoever had it made, as far as it may hear it now; it is kept for an hour at most."""
    until, made = _found(caller, plans, plan)
    return await run_in_threadpool(_answer, reading, caller, made, until, query)


@router.get(
    "/{plan}/unfilled",
    operation_id="list_plan_unfilled",
    summary="What stays open by a plan, and why",
    responses=Problem.responses(401, 403, 404),
)
async def list_plan_unfilled(
    caller: CallerDep,
    reading: ReadingDep,
    plans: PlansDep,
    plan: PlanParameter,
    query: Annotated[PlanQuery, Query()],
) -> UnfilledPage:
    """Return a page of the requests of the place of which something stays open."""
    _, made = _found(caller, plans, plan)
    return await run_in_threadpool(_unfilled_page, reading, caller, made, query)


def _require(caller: Rights, place: SiteId | DivisionId) -> None:
    caller.require(Scope.DRAFTS, place)
    caller.require(Scope.READ, place)


def _found(caller: Rights, plans: PlansDep, id: str) -> tuple[float, MadePlan]:
    """Return a plan that the caller had made; without the scope nobody learns whether there is one."""
    caller.require_scope(Scope.DRAFTS)
    until, made = plans.find(id, caller.account)
    _require(caller, DivisionId(made.place))
    return until, made


def _written(directory: FilePath, distances: str | None) -> str | None:
    """Write distances into a file for the job, called as sentences about it call it."""
    if distances is None:
        return None
    path = directory / "distances.csv"
    path.write_text(distances, encoding="utf-8", newline="")
    return str(path)


# ------------------------------------------------------------------------------------------ what is answered

_Row = TypeVar("_Row")


def _page(rows: Iterable[_Row], query: PlanQuery, count: int) -> tuple[list[tuple[int, _Row]], int | None]:
    """Return the numbered rows of a page, and `after` of the next one."""
    numbered = list(enumerate(rows, 1))[query.after : query.after + query.limit]
    end = query.after + query.limit
    return numbered, end if count > end else None


@dataclass(frozen=True, slots=True)
class _Around:
    """What rows speak of, as the index has it now: names above all."""

    place: Place
    around: FoundAround
    divisions: dict[int, Division]
    labels: dict[int, ItemLabel]
    sites: dict[int, Name | None]
    names: Names

    @classmethod
    def of(
        cls, reading: Reading, place: int, items: set[int], sites: set[int], divisions: set[int]
    ) -> _Around:
        """Ask the index, all of one state."""

        def read(index: WholeReader) -> tuple[Place, FoundAround, dict[int, Division]]:
            around = FoundAround(index.items(items), sites_of(index, sites), {}, [])
            known = {number: index.division(number) for number in sorted(divisions)}
            found = {number: each for number, each in known.items() if each is not None}
            return registered_place(index, place), around, found

        (registered, around, found), _ = reading.consistent(read, WholeReader)
        return cls(
            registered,
            around,
            found,
            item_labels(reading, around.items),
            site_names(reading, around.sites),
            names_around(reading, around, found),
        )


def _answer(reading: Reading, caller: Rights, made: MadePlan, until: float, query: PlanQuery) -> PlanAnswer:
    page, next_after = _page(made.proposals, query, len(made.proposals))
    rows = [(number, json.loads(raw)) for number, raw in page]
    planned = {number: proposal_of(row["planned"]) for number, row in rows}
    read = {each.giver for each in planned.values() if caller.covers(each.giver)}
    around = _Around.of(
        reading,
        made.place,
        {each.item for each in planned.values()},
        read | {each.receiver for each in planned.values()},
        {division for each in planned.values() for division in divisions_named(each)},
    )
    unit = Unit(made.told["unit"])
    return PlanAnswer(
        plan=made.id,
        place=str(made.place),
        name=around.place.name(reading),
        anchor=made.told["anchor"],
        profile=made.told["profile"],
        rules=made.told["rules"],
        unit=made.told["unit"],
        requests=made.told["requests"],
        total=len(made.proposals),
        unfilled=len(made.unfilled),
        proposals=[
            _proposal(number, row, planned[number], unit, around, planned[number].giver in read)
            for number, row in rows
        ],
        next_after=next_after,
        kept_until=moment(int(until)),
        block=_block(made),
    )


def _proposal(
    number: int, row: dict[str, Any], planned: Proposal, unit: Unit, around: _Around, reads_giver: bool
) -> PlannedProposal:
    tells: Callable[[ReasonCode], bool] = lambda code: reads_giver or code in _OF_THE_REQUEST  # noqa: E731
    label = around.labels[planned.item]
    return PlannedProposal(
        number=number,
        request=f"{planned.request:0{REQUEST_DIGITS}x}",
        giver=str(planned.giver),
        giver_name=around.sites.get(planned.giver) if reads_giver else None,
        receiver=str(planned.receiver),
        receiver_name=around.sites.get(planned.receiver),
        item=str(planned.item),
        item_name=label.name,
        unit=label.unit,
        quantity=str(planned.quantity),
        distance=distance_told(planned, unit),
        approval=str(planned.approval),
        form=ProposeForm.model_validate(row["form"]) if reads_giver else None,
        is_covered=row["is_covered"] if reads_giver else None,
        left=str(planned.left) if reads_giver else None,
        sentences=explain_proposal(planned, unit, around.names, tells=tells, tells_left=reads_giver),
        reasons=reasons_told(planned, unit, around.names, tells),
        is_whole=reads_giver,
    )


def _unfilled_page(reading: Reading, caller: Rights, made: MadePlan, query: PlanQuery) -> UnfilledPage:
    page, next_after = _page(made.unfilled, query, len(made.unfilled))
    rows = [(number, json.loads(raw)) for number, raw in page]
    asked = {number: Asked(*row["request"]) for number, row in rows}
    around = _Around.of(
        reading,
        made.place,
        {each.item for each in asked.values()},
        {each.site for each in asked.values()},
        set(),
    )
    return UnfilledPage(
        plan=made.id,
        unfilled=[_rest(number, row, asked[number], around, caller) for number, row in rows],
        next_after=next_after,
        block=_block(made),
    )


def _rest(number: int, row: dict[str, Any], asked: Asked, around: _Around, caller: Rights) -> UnfilledRequest:
    rest = Unfilled(asked.request, row["quantity"], UnfilledCode(row["code"]))
    is_told = rest.code in _OF_ITSELF or caller.covers(row["around"])
    label = around.labels[asked.item]
    return UnfilledRequest(
        number=number,
        request=f"{asked.request:0{REQUEST_DIGITS}x}",
        site=str(asked.site),
        site_name=around.sites.get(asked.site),
        item=str(asked.item),
        item_name=label.name,
        unit=label.unit,
        quantity=str(rest.quantity),
        code=rest.code.value if is_told else None,
        text=explain_unfilled(rest, asked, around.names) if is_told else None,
    )


def _block(made: MadePlan) -> Block:
    told = made.told["block"]
    return Block(number=told["number"], hash=told["hash"], time=moment(told["time"]))
