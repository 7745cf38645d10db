"""`/v1/search`: what a code, an id or a name is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Annotated, cast

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from api.access.callers import CallerDep
from api.problems import Problem
from api.reading import Reading, ReadingDep
from api.resources import Resource
from api.routes._search import MOST, Hit, Located, Looking
from api.schemas.common import Block, Name
from api.schemas.search import Recognised, Result, ResultKind, SearchAnswer
from ledger_client.characters import clean_name
from ledger_client.errors import UnavailableError
from ledger_client.index.found import NAMED_TABLES, named
from ledger_client.index.marks import MarkedReader
from ledger_client.records import Name as RecordName
from ledger_client.records import RecordId, RecordKind
from ledger_client.search.forms import Form, forms_of

router = Resource(prefix="/search", tags=["search"])

_LONGEST = 200
_PATHS: Mapping[ResultKind, str] = {
    "division": "/v1/divisions/{}",
    "site": "/v1/sites/{}",
    "item": "/v1/items/{}",
    "consignee": "/v1/consignees/{}",
    "supplier": "/v1/suppliers/{}",
    "issuer": "/v1/issuers/{}",
    "qualification": "/v1/qualifications/{}",
    "lot": "/v1/lots/{}",
    "document": "/v1/documents/{}",
    "request": "/v1/requests/{}",
    "proposal": "/v1/proposals/{}",
    "holder": "/v1/roles/holders/{}",
}
"""Where each kind is told of. Blocks are told of nowhere, and transactions only where they were handed in."""


class SearchQuery(BaseModel):
    """What is looked for."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field(
        min_length=1,
        max_length=_LONGEST,
        description="A code, an id or its first 8 digits, a hash, an address, or words of a name.",
        examples=["420102001001101"],
    )


@router.get("", operation_id="search_ledger", summary="Find", responses=Problem.responses(401, 403))
def search_ledger(
    caller: CallerDep, reading: ReadingDep, query: Annotated[SearchQuery, Query()]
) -> SearchAnswer:
    """Return everything that a text may be, and what the caller may read of what is found by it.

    A text may be several things: 12 digits are a community and an item. What the caller may not read is left
    out, as if it were not there.
    """
    caller.require_reader()
    forms = forms_of(query.q)
    located, is_complete = _locate(reading, forms)
    sold = {each.value: reading.trade_item(each.value) for each in forms if each.kind == "gtin"}
    items = {gtin: known.item for gtin, known in sold.items() if known is not None}

    def read(index: MarkedReader) -> tuple[list[Hit], dict[RecordId, bytes]]:
        looking = Looking(index, caller, located, index.position().number, items)
        hits = list(islice(_different(looking.hits(forms)), MOST + 1))
        reading.name_table.refresh(index)
        for id in reading.name_table.find(query.q, looking.may_read, MOST + 1):
            text = f"{id.number:040x}" if id.kind in ("supplier", "issuer", "consignee") else str(id.number)
            hits.append(Hit(cast(ResultKind, id.kind), text, "name", id.number, id.kind))
        hits = list(_different(hits))
        return hits, _digests(index, hits[: MOST + 1])

    (hits, digests), stamp = reading.consistent(read)
    names = reading.known_names.names(digests)
    # Found by a name that is not there any more: not found.
    shown = [each for each in hits[: MOST + 1] if each.by != "name" or _label(each, names)]
    return SearchAnswer(
        q=clean_name(query.q),
        recognised=[Recognised(form=each.kind, value=each.value) for each in forms],
        results=[
            Result(
                kind=each.kind,
                id=each.id,
                label=Name.of(_label(each, names)),
                by=each.by,
                address=_address(each),
            )
            for each in shown[:MOST]
        ],
        is_more=len(shown) > MOST,
        is_complete=is_complete,
        block=Block.of(stamp),
    )


def _locate(reading: Reading, forms: Iterable[Form]) -> tuple[Located, bool]:
    """Return what the node says of the hash among some forms, and whether it said anything."""
    for form in forms:
        if form.kind == "hash":
            raw = bytes.fromhex(form.value)
            try:
                return Located(reading.block_of_transaction(raw), reading.block_by_hash(raw)), True
            except UnavailableError:
                return Located(), False
    return Located(), True


def _different(hits: Iterable[Hit]) -> Iterable[Hit]:
    """Give what is found, each thing once, as it was found first."""
    seen = set[tuple[str, str]]()
    for each in hits:
        if (each.kind, each.id) not in seen:
            seen.add((each.kind, each.id))
            yield each


def _digests(index: MarkedReader, hits: Iterable[Hit]) -> dict[RecordId, bytes]:
    """Return the digests on chain of the names that hits are shown with."""
    wanted: defaultdict[str, set[int]] = defaultdict(set)
    for each in hits:
        if each.label_of in NAMED_TABLES:
            wanted[each.label_of].add(each.number)
    return {
        RecordId(cast(RecordKind, kind), number): record.name
        for kind, numbers in wanted.items()
        for number, record in named(index, kind, numbers).items()
    }


def _label(hit: Hit, names: Mapping[RecordId, RecordName]) -> RecordName | None:
    return names.get(RecordId(cast(RecordKind, hit.label_of), hit.number))


def _address(hit: Hit) -> str | None:
    """Return where this server tells of a hit; None where no route does."""
    path = _PATHS.get(hit.kind)
    return None if path is None else path.format(hit.id)
