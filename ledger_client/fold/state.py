"""What events are folded into: maps from small keys to immutable records, and rows that are only ever added.

The rules of the fold know nothing of where a map lies. The audit folds into dictionaries (`memory_state`),
the index into caches over its tables; a map answers `map[key]` with the record or None, and takes `map[key]
= record`. Nothing is ever removed from a map, because nothing on the ledger is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, TypeVar

from ledger_client.addresses import Address
from ledger_client.allocation import Emergency
from ledger_client.fold.allocation_records import (
    Answer,
    Consent,
    Counted,
    Delivery,
    NormEntry,
    Proposal,
    Request,
    RequestEntry,
)
from ledger_client.fold.records import (
    Accreditation,
    Consignee,
    Consignment,
    Division,
    Grant,
    Item,
    Lot,
    Qualification,
    RecordedDocument,
    Registered,
    Replacement,
    Site,
    Totals,
)

K = TypeVar("K", contravariant=True)
V = TypeVar("V")


class RecordMap(Protocol[K, V]):
    """A map of the state; what is not there is None."""

    def __getitem__(self, key: K, /) -> V | None: ...

    def __setitem__(self, key: K, record: V, /) -> None: ...


class MemoryMap(dict[Any, Any]):
    """A dictionary whose missing records are None."""

    def __missing__(self, key: Any) -> None:
        return None


Movement = tuple[int, int, int, bytes, int, int, bool, bool]
"""One line of a stock card, what a document did to what one site holds of one lot: number of the document,
place within it from 0, site, lot (20 bytes), base units that came (or, negative, went; 0 where only the
status changed), base units held afterwards, whether the lot is held at the site afterwards, and whether it
was before. A bare tuple: a ledger has millions."""


class SiteEntry(NamedTuple):
    """One entry of a site's journal: which document rolled it, and the word after that."""

    site: int
    sequence: int
    document: int
    journal: int


class LotEntry(NamedTuple):
    """One entry of a lot's journal (hold, release, recall, lift), with the lot's status after it."""

    lot: bytes
    sequence: int
    document: int
    journal: int
    status: int


@dataclass(slots=True)
class State:
    """Everything that the events of the contracts add up to.

    Keys: ids of divisions, sites, items, suppliers, issuers, consignees, qualifications and replacements
    are whole numbers; lots are 20 bytes; documents and consignments are keys of 248 bits as whole numbers;
    a balance is (site, lot); an accreditation is (issuer, category); a factor is (pack, unit); a grant is
    its key of 32 bytes. Balances and journals are the words that the contracts keep.

    Of norms: a floor is (site, item), terms are (division, mode), a cycle or count is (site, category), and
    these are norm words; an entry is (site or division, sequence). Requests, proposals, consents (by
    proposal), deliveries and answers are keys of 248 bits; what is reserved is (site, item); an entry of a
    request is (request, sequence).
    """

    divisions: RecordMap[int, Division]
    sites: RecordMap[int, Site]
    consignees: RecordMap[int, Consignee]
    classes: RecordMap[Address, int]
    grants: RecordMap[bytes, Grant]
    replacements: RecordMap[int, Replacement]
    holder_journals: RecordMap[Address, int]
    suppliers: RecordMap[int, Registered]
    issuers: RecordMap[int, Registered]
    accreditations: RecordMap[tuple[int, int], Accreditation]
    qualifications: RecordMap[int, Qualification]
    supplier_journals: RecordMap[int, int]
    issuer_journals: RecordMap[int, int]
    items: RecordMap[int, Item]
    factors: RecordMap[tuple[int, int], int]
    documents: RecordMap[int, RecordedDocument]
    site_journals: RecordMap[int, int]
    lot_journals: RecordMap[bytes, int]
    lots: RecordMap[bytes, Lot]
    balances: RecordMap[tuple[int, bytes], int]
    totals: RecordMap[bytes, Totals]
    consignments: RecordMap[int, Consignment]
    floors: RecordMap[tuple[int, int], int]
    terms: RecordMap[tuple[int, int], int]
    cycles: RecordMap[tuple[int, int], int]
    counted: RecordMap[tuple[int, int], Counted]
    emergencies: RecordMap[int, Emergency]
    norm_journals: RecordMap[int, int]
    norm_entries: RecordMap[tuple[int, int], NormEntry]
    requests: RecordMap[int, Request]
    proposals: RecordMap[int, Proposal]
    consents: RecordMap[int, Consent]
    deliveries: RecordMap[int, Delivery]
    answers: RecordMap[int, Answer]
    reserved: RecordMap[tuple[int, int], int]
    request_journals: RecordMap[int, int]
    request_entries: RecordMap[tuple[int, int], RequestEntry]

    document_count: int = 0
    """Documents folded so far, which is the number of the last one."""
    movements: list[Movement] = field(default_factory=list)
    site_entries: list[SiteEntry] = field(default_factory=list)
    lot_entries: list[LotEntry] = field(default_factory=list)

    def drain(self) -> tuple[list[Any], list[Any], list[Any]]:
        """Return the rows added since the last call, and forget them."""
        added = (self.movements, self.site_entries, self.lot_entries)
        self.movements, self.site_entries, self.lot_entries = [], [], []
        return added


MAP_NAMES = (
    "divisions",
    "sites",
    "consignees",
    "classes",
    "grants",
    "replacements",
    "holder_journals",
    "suppliers",
    "issuers",
    "accreditations",
    "qualifications",
    "supplier_journals",
    "issuer_journals",
    "items",
    "factors",
    "documents",
    "site_journals",
    "lot_journals",
    "lots",
    "balances",
    "totals",
    "consignments",
    "floors",
    "terms",
    "cycles",
    "counted",
    "emergencies",
    "norm_journals",
    "norm_entries",
    "requests",
    "proposals",
    "consents",
    "deliveries",
    "answers",
    "reserved",
    "request_journals",
    "request_entries",
)
"""Fields of `State` that are maps, in the order in which they are dumped."""


def state_over(make_map: Callable[[str], Any]) -> State:
    """Return an empty state whose map of each name is `make_map(name)`."""
    return State(**{name: make_map(name) for name in MAP_NAMES})


def memory_state() -> State:
    """Return an empty state in memory."""
    return state_over(lambda _name: MemoryMap())
