"""`/v1/traces/shortages` and `/v1/traces/differences`: who had signed for what is not there.

Whoever reads the consignment or the count reads the trace; beyond the caller's sites it shows site codes and
quantities.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from api.access.callers import CallerDep
from api.access.rights import Rights, Scope
from api.ids import (
    KEY_DIGITS,
    ConsignmentNotRecordedError,
    ConsignmentParameter,
    DocumentNotRecordedError,
    DocumentParameter,
)
from api.problems import Problem
from api.reading import Reading, ReadingDep
from api.resources import Resource
from api.routes._concerned import places_of_document, site_names, sites_of
from api.routes._items import item_labels
from api.schemas.common import Block
from api.schemas.documents import Goods
from api.schemas.lacks import Beside, Lack, LackTrace
from api.schemas.sites import CardDocument
from api.schemas.traces import TraceDocument
from api.unknown import UnknownHereError
from ledger_client.emergencies import EmergencySpell
from ledger_client.fold.records import Grant, Item, Lot, RecordedDocument, Site
from ledger_client.index.traces import TraceReader
from ledger_client.index.whole import WholeReader
from ledger_client.trace import Lack as FoundLack
from ledger_client.trace import grants_behind, signatures, trace_difference, trace_shortage

router = Resource(prefix="/traces", tags=["traces"])

_RESPONSES = Problem.responses(401, 403, 404)


@router.get(
    "/shortages/{key}",
    operation_id="trace_shortage",
    summary="Who had signed for what is missing of a consignment, and when it can have happened",
    responses=_RESPONSES,
)
def trace_shortage_of(caller: CallerDep, reading: ReadingDep, key: ConsignmentParameter) -> LackTrace:
    """Trace what is or was missing of a consignment, to whoever reads a side of it."""
    unknown = ConsignmentNotRecordedError(key=f"{key:0{KEY_DIGITS}x}")
    return _Asked("shortage", key, unknown, trace_shortage).answer(caller, reading)


@router.get(
    "/differences/{key}",
    operation_id="trace_difference",
    summary="Who had signed for what a count did not find, and when it can have happened",
    responses=_RESPONSES,
)
def trace_difference_of(caller: CallerDep, reading: ReadingDep, key: DocumentParameter) -> LackTrace:
    """Trace what a count found too little or too much, to whoever reads its site."""
    unknown = DocumentNotRecordedError(key=f"{key:0{KEY_DIGITS}x}")
    return _Asked("difference", key, unknown, trace_difference).answer(caller, reading)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is traced.

    Attributes:
        subject: What it is.
        key: Of the dispatch or the count.
        unknown: What is raised where there is no such document.
        trace: Finds what lacks.
    """

    subject: Literal["shortage", "difference"]
    key: int
    unknown: UnknownHereError
    trace: Callable[[TraceReader, RecordedDocument], list[FoundLack]]

    def answer(self, caller: Rights, reading: Reading) -> LackTrace:
        """Return the trace as its reader may see it."""
        caller.require_reader()
        found, stamp = reading.consistent(lambda index: self._find(index, caller), WholeReader)
        goods = Goods(found.lots, item_labels(reading, found.items))
        beside = Beside(caller, goods, found.spells)
        return LackTrace(
            subject=self.subject,
            document=TraceDocument.of_signed(
                CardDocument.of(found.document, found.spells), signatures(found.document, found.grants)
            ),
            lacks=[Lack.of(each, beside) for each in found.lacks],
            site_names={str(site): name for site, name in site_names(reading, found.sites).items()},
            block=Block.of(stamp),
        )

    def _find(self, index: WholeReader, caller: Rights) -> _Found:
        document = index.document(self.key)
        if document is None:
            raise self.unknown
        caller.require_any(Scope.READ, places_of_document(index, document))
        lacks = self.trace(index, document)
        lots = index.lots_by_id({each.lot for each in lacks})
        named = {document, *(each.document for lack in lacks for each in (*lack.custody, *lack.told_later))}
        sites = {site for each in named for site in (each.from_site, each.to_site) if caller.covers(site)}
        return _Found(
            document,
            lacks,
            lots,
            index.items({each.item for each in lots.values()}),
            sites_of(index, sites),
            grants_behind(index, [document]),
            index.emergencies(),
        )


@dataclass(frozen=True, slots=True)
class _Found:
    document: RecordedDocument
    lacks: list[FoundLack]
    lots: dict[int, Lot]
    items: dict[int, Item]
    sites: dict[int, Site]
    grants: dict[bytes, Grant]
    spells: list[EmergencySpell]
