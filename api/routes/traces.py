"""`/v1/traces`: where goods came from and went.

Whoever reads a site of a trace reads the trace; beyond the caller's sites it shows site codes and quantities.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from api.access.callers import CallerDep
from api.access.rights import Rights, Scope
from api.ids import (
    ID_DIGITS,
    KEY_DIGITS,
    ConsigneeNotRegisteredError,
    ConsigneeParameter,
    DocumentNotRecordedError,
    DocumentParameter,
    LotNotRecordedError,
    LotParameter,
    QualificationNotRecordedError,
    QualificationParameter,
    SupplierNotRegisteredError,
)
from api.parameters import SupplierParameter, counts_time
from api.problems import Problem
from api.reading import Reading, ReadingDep
from api.resources import Resource
from api.routes._concerned import places_of_document, site_names, sites_of
from api.routes._items import item_labels
from api.schemas.common import Block, Name, id160
from api.schemas.lots import LotFacts
from api.schemas.sites import CardDocument
from api.schemas.traces import (
    Beside,
    LotAccount,
    Standing,
    SubjectType,
    Trace,
    TraceDocument,
    TraceEntry,
    entry_of,
    held_entry,
    may_see,
    sites_of_flow,
)
from ledger_client.emergencies import EmergencySpell
from ledger_client.errors import RefusedError
from ledger_client.fold.records import Consignee, Grant, Item, RecordedDocument, Registered, Site
from ledger_client.identifiers import ItemId, category_of
from ledger_client.index.norms import CountState
from ledger_client.index.whole import WholeReader
from ledger_client.records import RecordKind
from ledger_client.trace import (
    Arrival,
    Followed,
    NodeKind,
    Ruling,
    follow,
    grants_behind,
    of_document,
    of_qualification,
    signatures,
)
from ledger_client.trace.origins import arrivals

router = Resource(prefix="/traces", tags=["traces"])

MOST = 5_000
"""Entries of one answer."""

MOST_LOTS = 500
"""Lots that are followed for one answer; a wider trace would keep the others waiting."""


class TraceTooWideError(RefusedError):
    """More lots hang on something than are followed at once."""

    en = (
        "{lots} lots hang on this, and this server follows {most} at once; trace its lots one by one, or use "
        "`shecang trace` on a node"
    )
    zh = (
        "与此相关的批次有 {lots} 个，本服务器一次最多追溯 {most} 个；"
        "请逐批追溯，或在节点上使用 `shecang trace`"
    )


_RESPONSES = Problem.responses(401, 403, 404, 409)
_FEW = Problem.responses(401, 403, 404)
"""Of what too many lots never hang on: a lot is one, and a document names no more than it has lines."""


@router.get("/lots/{lot}", operation_id="trace_lot", summary="Where a lot came from and went", responses=_FEW)
def trace_lot(caller: CallerDep, reading: ReadingDep, lot: LotParameter) -> Trace:
    """Trace a lot, and the lots that came out of it, to whoever held or got it."""

    def find(index: WholeReader, at: int) -> _Subject:  # noqa: ARG001 -- as the others
        if index.lot(lot) is None:
            raise LotNotRecordedError(lot=f"{lot:0{ID_DIGITS}x}")
        return _Subject("lot", id160(lot), [lot])

    return _trace(caller, reading, find)


@router.get(
    "/suppliers/{supplier}",
    operation_id="trace_supplier",
    summary="Where what a supplier or donor gave is",
    responses=_RESPONSES,
)
def trace_supplier(caller: CallerDep, reading: ReadingDep, supplier: SupplierParameter) -> Trace:
    """Trace all lots of a supplier or donor, qualified or not."""

    def find(index: WholeReader, at: int) -> _Subject:  # noqa: ARG001
        lots = index.lots_from([supplier.id])
        if not lots and index.supplier(supplier.id) is None:
            raise SupplierNotRegisteredError(supplier=supplier.code or id160(supplier.id))
        return _Subject("supplier", id160(supplier.id), list(lots))

    return _trace(caller, reading, find)


@router.get(
    "/qualifications/{qualification}",
    operation_id="trace_qualification",
    summary="Where what was received on a qualification is",
    responses=_RESPONSES,
)
def trace_qualification(
    caller: CallerDep, reading: ReadingDep, qualification: QualificationParameter
) -> Trace:
    """Trace all lots that were received on a qualification."""

    def find(index: WholeReader, at: int) -> _Subject:
        found = index.qualification(qualification)
        if found is None:
            raise QualificationNotRecordedError(qualification=id160(qualification))
        # Among these are all that were received on it.
        _require_few(index, caller, index.lots_from([found.supplier]))
        radius = of_qualification(index, qualification, at)
        lots = [each.lot for each in radius.lots]
        return _Subject("qualification", id160(qualification), lots, ruling=radius.ruling)

    return _trace(caller, reading, find)


@router.get(
    "/consignees/{consignee}",
    operation_id="trace_consignee",
    summary="What was issued to a consignee, and where it came from",
    responses=_RESPONSES,
)
def trace_consignee(caller: CallerDep, reading: ReadingDep, consignee: ConsigneeParameter) -> Trace:
    """Trace the lots that sites of the caller issued to a consignee: back, and to wherever else they went.

    That somebody received something elsewhere is told to nobody who reads none of the issues.
    """

    def find(index: WholeReader, at: int) -> _Subject:  # noqa: ARG001
        if index.consignee(consignee) is None:
            raise ConsigneeNotRegisteredError(consignee=id160(consignee))
        issued = index.issued_to(consignee)
        own = [lots for site, lots in issued.items() if caller.covers(site)]
        return _Subject("consignee", id160(consignee), sorted(set().union(*own)), issued.keys())

    return _trace(caller, reading, find)


@router.get(
    "/documents/{key}",
    operation_id="trace_document",
    summary="Where the lots of a document are",
    responses=_FEW,
)
def trace_document(caller: CallerDep, reading: ReadingDep, key: DocumentParameter) -> Trace:
    """Trace the lots that a document names; to whoever reads the document."""

    def find(index: WholeReader, at: int) -> _Subject:
        document = index.document(key)
        if document is None:
            raise DocumentNotRecordedError(key=f"{key:0{KEY_DIGITS}x}")
        places = places_of_document(index, document)
        lots = [each.lot for each in of_document(index, document, at).lots]
        return _Subject("document", f"{key:0{KEY_DIGITS}x}", lots, places)

    return _trace(caller, reading, find)


@dataclass(frozen=True, slots=True)
class _Subject:
    """What is traced.

    Attributes:
        type: What it is.
        id: As it goes out.
        lots: That hang on it.
        places: Whose readers may see the trace; those of the trace itself where None.
        ruling: On a qualification.
    """

    type: SubjectType
    id: str
    lots: list[int]
    places: Collection[int] | None = None
    ruling: Ruling | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """A trace with what the index knows of everything that its reader may see of it."""

    subject: _Subject
    followed: Followed
    arrivals: list[Arrival]
    documents: list[RecordedDocument]
    grants: dict[bytes, Grant]
    spells: list[EmergencySpell]
    items: dict[int, Item]
    sites: dict[int, Site]
    counts: dict[tuple[int, int], CountState]
    suppliers: dict[int, Registered]
    issuers: dict[int, Registered]
    consignees: dict[int, Consignee]

    @classmethod
    def of(cls, index: WholeReader, caller: Rights, subject: _Subject, at: int) -> _Found:
        """Ask the index, after the caller's rights were looked at.

        Raises:
            NotAllowedError: The caller reads no site of the trace.
        """
        _require_few(index, caller, subject.lots)
        followed = follow(index, subject.lots)
        places = subject.places if subject.places is not None else _places(followed)
        if places:  # nothing names no place: of whoever never delivered nothing is told
            caller.require_any(Scope.READ, places)
        came = arrivals(index, followed.flows)
        documents = [each for each in followed.documents if may_see(caller, each)]
        own = [site for site in _places(followed) if caller.covers(site)]
        sources = {each.source for each in came} | {each.source for each in followed.lots.values()}
        receivers = {
            flow.target.number
            for flow in followed.flows
            if flow.target.kind is NodeKind.CONSIGNEE and may_see(caller, flow.document)
        }
        return cls(
            subject,
            followed,
            came,
            documents,
            grants_behind(index, documents),
            index.emergencies(),
            index.items({each.item for each in followed.lots.values()}),
            sites_of(index, own),
            index.count_states(own, at),
            _known({each: index.supplier(each) for each in sources if each}),
            _known({each: index.issuer(each) for each in {one.issuer for one in came} if each}),
            {each: found for each in receivers if (found := index.consignee(each)) is not None},
        )


def _trace(caller: Rights, reading: Reading, find: Callable[[WholeReader, int], _Subject]) -> Trace:
    caller.require_reader()
    at = counts_time(None)
    found, stamp = reading.consistent(
        lambda index: _Found.of(index, caller, find(index, at), at), WholeReader
    )
    entries = _entries(found, caller, reading)
    return Trace(
        subject=found.subject.type,
        id=found.subject.id,
        standing=Standing.of(found.subject.ruling),
        entries=entries[:MOST],
        entries_total=len(entries),
        documents=[
            TraceDocument.of_signed(CardDocument.of(each, found.spells), signatures(each, found.grants))
            for each in found.documents
        ],
        accounts=_accounts(found, caller, reading),
        site_names={str(site): name for site, name in site_names(reading, found.sites).items()},
        consignee_names={
            id160(each): Name.of(reading.name("consignee", each, record.name))
            for each, record in found.consignees.items()
        },
        is_conserved=all(found.followed.account(lot).is_conserved for lot in found.followed.lots),
        block=Block.of(stamp),
    )


def _entries(found: _Found, caller: Rights, reading: Reading) -> list[TraceEntry]:
    beside = Beside(
        caller,
        {(each.document.number, each.lot): each for each in found.arrivals},
        _names(reading, found.suppliers, "supplier"),
        _names(reading, found.issuers, "issuer"),
    )
    entries = [entry_of(flow, beside) for flow in found.followed.flows]
    for (site, lot), units in found.followed.held.items():
        if units:
            category = category_of(ItemId(found.followed.lots[lot].item))
            count = found.counts.get((site, category))
            is_stale = count is not None and count.is_stale
            entries.append(held_entry(site, lot, units, caller, is_stale=is_stale))
    return entries


def _accounts(found: _Found, caller: Rights, reading: Reading) -> list[LotAccount]:
    """Return the accounts of the lots that are or were at a site of the caller."""
    labels, names = item_labels(reading, found.items), _names(reading, found.suppliers, "supplier")
    seen = {lot for site, lot in found.followed.held if caller.covers(site)}
    return [
        LotAccount.of(
            LotFacts.of(lot, record, labels[record.item], names.get(record.source)),
            found.followed.account(lot),
        )
        for lot, record in found.followed.lots.items()
        if lot in seen
    ]


def _require_few(index: WholeReader, caller: Rights, lots: Collection[int]) -> None:
    """Refuse to follow too many lots; how many they are is told to whoever reads a site of one.

    Raises:
        NotAllowedError: The caller reads none.
        TraceTooWideError: There are too many.
    """
    if len(lots) > MOST_LOTS:
        caller.require_any(Scope.READ, {site for site, _ in index.balances_of(lots)})
        raise TraceTooWideError(lots=len(lots), most=MOST_LOTS)


def _places(followed: Followed) -> set[int]:
    """Return the sites of a trace: where lots are or were, and between which they went."""
    sites = {site for site, _ in followed.held}
    for flow in followed.flows:
        sites |= {*sites_of_flow(flow), flow.document.from_site, flow.document.to_site}
    return sites - {0}


def _known(found: dict[int, Registered | None]) -> dict[int, Registered]:
    return {number: each for number, each in found.items() if each is not None}


def _names(reading: Reading, records: dict[int, Registered], kind: RecordKind) -> dict[int, Name | None]:
    return {number: Name.of(reading.name(kind, number, each.name)) for number, each in records.items()}
