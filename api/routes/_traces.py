"""How the answer of a trace is made: asked of the index once, and shown as far as its reader may see it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from api.access.rights import Rights, Scope
from api.parameters import counts_time
from api.reading import Reading
from api.routes._concerned import site_names, sites_of
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
from ledger_client.index import BlockStamp
from ledger_client.index.norms import CountState
from ledger_client.index.whole import WholeReader
from ledger_client.records import RecordKind
from ledger_client.trace import (
    Arrival,
    Followed,
    NodeKind,
    Ruling,
    Whereabouts,
    follow,
    grants_behind,
    signatures,
)
from ledger_client.trace.origins import arrivals

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


@dataclass(frozen=True, slots=True)
class Subject:
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
class Found:
    """A trace with what the index knows of everything that its reader may see of it."""

    subject: Subject
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
    def of(cls, index: WholeReader, caller: Rights, subject: Subject, at: int) -> Found:
        """Ask the index, after the caller's rights were looked at.

        Raises:
            NotAllowedError: The caller reads no site of the trace.
        """
        require_few(index, caller, subject.lots)
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


def trace(caller: Rights, reading: Reading, find: Callable[[WholeReader, int], Subject]) -> Trace:
    """Return the trace of what `find` finds.

    Args:
        caller: Who asks.
        reading: The ledger.
        find: Looks the subject up; it is given the time for which counts are told.

    Raises:
        NotSignedInError: It is the public.
        NotAllowedError: The caller reads no site of the trace.
        TraceTooWideError: Too many lots hang on it.
    """
    caller.require_reader()
    at = counts_time(None)
    found, stamp = reading.consistent(lambda index: Found.of(index, caller, find(index, at), at), WholeReader)
    return answer_of(found, caller, reading, stamp)


def answer_of(found: Found, caller: Rights, reading: Reading, stamp: BlockStamp) -> Trace:
    """Return a trace as it goes out."""
    entries = _entries(found, caller, reading)
    return Trace(
        subject=found.subject.type,
        id=found.subject.id,
        standing=Standing.of(found.subject.ruling),
        entries=entries[:MOST],
        entries_total=len(entries),
        documents=told_documents(found.documents, found.spells, found.grants),
        accounts=_accounts(found, caller, reading),
        site_names={str(site): name for site, name in site_names(reading, found.sites).items()},
        consignee_names={
            id160(each): Name.of(reading.name("consignee", each, record.name))
            for each, record in found.consignees.items()
        },
        is_conserved=all(found.followed.account(lot).is_conserved for lot in found.followed.lots),
        block=Block.of(stamp),
    )


def told_documents(
    documents: Iterable[RecordedDocument], spells: Sequence[EmergencySpell], grants: Mapping[bytes, Grant]
) -> list[TraceDocument]:
    """Return documents with their signers.

    Args:
        documents: Which the caller may see.
        spells: The emergencies of the ledger.
        grants: On which the signers relied, by key.
    """
    return [
        TraceDocument.of_signed(CardDocument.of(each, spells), signatures(each, grants)) for each in documents
    ]


def _entries(found: Found, caller: Rights, reading: Reading) -> list[TraceEntry]:
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


def _accounts(found: Found, caller: Rights, reading: Reading) -> list[LotAccount]:
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


def require_few(index: WholeReader, caller: Rights, lots: Collection[int]) -> None:
    """Refuse to follow too many lots; how many they are is told to whoever reads a site of one.

    Raises:
        NotAllowedError: The caller reads none.
        TraceTooWideError: There are too many.
    """
    if len(lots) > MOST_LOTS:
        caller.require_any(Scope.READ, {site for site, _ in index.balances_of(lots)})
        raise TraceTooWideError(lots=len(lots), most=MOST_LOTS)


def lots_of_caller(index: WholeReader, caller: Rights, lots: Sequence[Whereabouts]) -> list[int]:
    """Return those of some lots that are or were at a site of the caller, or are on their way to one."""
    seen = {lot for site, lot in index.balances_of([each.lot for each in lots]) if caller.covers(site)}
    seen |= {
        each.lot
        for each in lots
        for _, sender, receiver, _ in each.on_the_way
        if caller.covers(sender) or caller.covers(receiver)
    }
    return sorted(seen)


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
