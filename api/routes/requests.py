"""`/v1/requests`: what sites ask for, from need to accepted delivery."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Query
from pydantic import Field

from api.access.callers import CallerDep
from api.access.rights import Rights, Scope
from api.ids import KEY_DIGITS, RequestNotRecordedError, RequestParameter
from api.parameters import at_seconds, place_of
from api.problems import Problem
from api.reading import Reading, ReadingDep
from api.resources import Resource
from api.routes._asking import AskingQuery, AtQuery, FoundAround
from api.routes._concerned import Place, registered_place
from api.routes._documents import cards
from api.schemas.common import Block, Name, moment, moment_or_none
from api.schemas.documents import DocumentBody
from api.schemas.requests import (
    RequestAnswer,
    RequestJournalEntry,
    RequestPage,
    RequestRow,
    ShownDelivery,
)
from api.schemas.sites import reason_name
from ledger_client.fold.records import Consignee, RecordedDocument
from ledger_client.index.allocation import ProposalAt, RequestAt, WholeRequest
from ledger_client.index.whole import WholeReader
from ledger_client.issuing import Issuing

router = Resource(prefix="/requests", tags=["requests"])


class RequestsQuery(AskingQuery):
    """Which page of the requests of which place."""

    state: Literal["open", "all"] = Field("open", description="open: neither covered, withdrawn nor over.")
    after: str | None = Field(
        None,
        pattern="^[0-9]{1,19}-[1-3]-[0-9a-f]{62}$",
        description="`next_after` of the page before. Pages are of one state with the same `at`.",
    )


@router.get(
    "",
    operation_id="list_requests",
    summary="What the sites of a place ask for",
    responses=Problem.responses(401, 403, 404),
)
def list_requests(
    caller: CallerDep, reading: ReadingDep, query: Annotated[RequestsQuery, Query()]
) -> RequestPage:
    """Return a page of the requests of the sites of a place, the most pressing first."""
    place, at = place_of(query.place), at_seconds(query.at)
    caller.require(Scope.READ, place)

    def read(index: WholeReader) -> tuple[Place, list[RequestAt], FoundAround]:
        registered = registered_place(index, place)
        found = index.requests(place, at, is_open=query.state == "open")
        if query.after is not None:
            last = _after(query.after)
            found = [each for each in found if _order(each) > last]
        # One more than is shown tells whether another page follows.
        page = found[: query.limit + 1]
        return registered, page, FoundAround.of(index, (each.request for each in page), (), at)

    (registered, found, around), stamp = reading.consistent(read, WholeReader)
    page, shown = found[: query.limit], around.shown(reading)
    return RequestPage(
        place=str(place),
        name=registered.name(reading),
        at=moment(at),
        requests=[
            RequestRow.of(
                each.key, each.request, (each.accepted, each.promised, each.is_withdrawn), at, shown
            )
            for each in page
        ],
        next_after=_place_of(page[-1]) if len(found) > len(page) else None,
        block=Block.of(stamp),
    )


@router.get(
    "/{key}",
    operation_id="read_request",
    summary="A request from need to accepted delivery",
    responses=Problem.responses(401, 403, 404),
)
def read_request(
    caller: CallerDep, reading: ReadingDep, key: RequestParameter, query: Annotated[AtQuery, Query()]
) -> RequestAnswer:
    """Return a request with all that came of it; to whoever reads a giver alone, what concerns that giver."""
    caller.require_reader()
    at = at_seconds(query.at)

    def read(index: WholeReader) -> _Found:
        whole = index.request(key)
        if whole is None:
            raise RequestNotRecordedError(key=f"{key:0{KEY_DIGITS}x}")
        givers = {each.giver for each in whole.proposals.values()}
        caller.require_any(Scope.READ, {whole.request.site, *givers})
        return _Found.of(index, caller, whole, at)

    found, stamp = reading.consistent(read, WholeReader)
    return _answer(reading, found, at, Block.of(stamp))


@dataclass(frozen=True, slots=True)
class _Found:
    """A request, and what its reader may see of what came of it."""

    whole: WholeRequest
    proposals: list[ProposalAt]
    unshown: list[RecordedDocument]
    issuing: Issuing | None
    consignee: Consignee | None
    around: FoundAround

    @classmethod
    def of(cls, index: WholeReader, caller: Rights, whole: WholeRequest, at: int) -> _Found:
        """Ask the index."""
        is_receiver = caller.covers(whole.request.site)
        made = index.proposals(at, request=whole.key)
        proposals = [each for each in made if is_receiver or caller.covers(each.proposal.giver)]
        unshown = [
            each
            for each in index.unshown(whole.key)
            if is_receiver or caller.covers(each.from_site) or caller.covers(each.to_site)
        ]
        issuing = None
        if is_receiver and whole.request.consignee:
            keys = (*whole.deliveries, *whole.answers)
            documents = {key: each for key in keys if (each := index.document(key)) is not None}
            issuing = Issuing.of(whole, documents, index.issues(whole.key))
        consignee = index.consignee(whole.request.consignee) if whole.request.consignee else None
        around = FoundAround.of(index, [whole.request], proposals, at)
        return cls(whole, proposals, unshown, issuing, consignee, around)

    @property
    def about(self) -> set[int]:
        """Keys that entries of the journal may be about: the request itself, proposals, their documents."""
        seen = {each.key for each in self.proposals}
        deliveries = {key for key, each in self.whole.deliveries.items() if each.proposal in seen}
        answers = {key for key, each in self.whole.answers.items() if each.delivery in deliveries}
        return {0, *seen, *deliveries, *answers}


def _answer(reading: Reading, found: _Found, at: int, block: Block) -> RequestAnswer:
    whole, request, issuing = found.whole, found.whole.request, found.issuing
    shown, about = found.around.shown(reading), found.about
    name = None
    if found.consignee is not None:
        name = Name.of(reading.name("consignee", request.consignee, found.consignee.name))
    counts = (request.accepted, request.promised, request.is_withdrawn)
    return RequestAnswer(
        request=RequestRow.of(whole.key, request, counts, at, shown),
        consignee_name=name,
        floor=str(request.floor),
        keeper=request.keeper,
        withdrawn_at=moment_or_none(request.withdrawn_at),
        withdrawn_reason=reason_name(request.withdrawn_reason),
        issued=None if issuing is None else str(sum(issuing.issued.values())),
        waiting=None if issuing is None else str(issuing.units_waiting),
        proposals=[found.around.row(each, shown) for each in found.proposals],
        deliveries=[
            ShownDelivery.of(key, each, whole) for key, each in whole.deliveries.items() if key in about
        ],
        not_shown=cards(found.unshown, found.around.spells),
        journal=[
            RequestJournalEntry.of(sequence, entry)
            for sequence, entry in whole.entries.items()
            if entry.about in about
        ],
        body=DocumentBody.of(request.body, *reading.body("request", whole.key, request.body)),
        at=moment(at),
        block=block,
    )


def _order(each: RequestAt) -> tuple[int, int, int]:
    return each.request.needed_by, -each.request.urgency, each.key


def _after(text: str) -> tuple[int, int, int]:
    needed_by, urgency, key = text.split("-")
    return int(needed_by), -int(urgency), int(key, 16)


def _place_of(each: RequestAt) -> str:
    return f"{each.request.needed_by}-{each.request.urgency}-{each.key:0{KEY_DIGITS}x}"
