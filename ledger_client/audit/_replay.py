"""The first of the three ways: everything folded anew from the events, with what each document did."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ledger_client.audit._approvals import SeenApproval, approvals_in
from ledger_client.audit._claims import Claim, claims_in
from ledger_client.audit._granters import Granters
from ledger_client.documents import Kind
from ledger_client.events import DocumentRecorded, Log, SiteClosed, decode_event
from ledger_client.fold import (
    DocumentMisplacedError,
    JournalGapError,
    LotEntry,
    Movement,
    SiteEntry,
    State,
    fold_event,
    gap_or_swap,
    memory_state,
)
from ledger_client.fold.records import Consignment, Lot, RecordedDocument
from ledger_client.index.source import BlockStamp

BLOCKS_AT_ONCE = 1_000

_ID_248 = (1 << 248) - 1
_OF_CONSIGNMENTS = frozenset(
    {
        *(Kind.DISPATCH, Kind.ACCEPTANCE, Kind.CONTEST, Kind.RETURN),
        *(Kind.RETURN_ACCEPTANCE, Kind.SETTLEMENT, Kind.REVERSAL),
    }
)
"""Kinds that write the word of a consignment; a reversal that of a dispatch."""


class AuditSource(Protocol):
    """A chain that can be audited: logs, and the contracts' storage."""

    def block(self, number: int) -> BlockStamp | None:
        """Return a block, or None when the chain is not that long."""

    def logs(self, first: int, last: int) -> Sequence[Log]:
        """Return all logs of the ledger's contracts in blocks `first` to `last`, in order."""

    def storage(self, contract: str, slots: Sequence[bytes], block: int) -> Sequence[int]:
        """Return words of the storage of a contract, called by its name, at a block."""


@dataclass(slots=True)
class Replay:
    """What the events add up to, and step by step how.

    Attributes:
        state: In memory.
        documents: By number.
        movements: In order.
        site_entries: In order.
        lot_entries: In order.
        balance_steps: (site, lot) → (number of the document, word of the balance after it), in order.
        site_steps: Site → (number of the document, journal word after it), in order.
        lot_steps: Lot → (number of the document, journal word after it), in order.
        consignment_steps: Consignment → (number of the document, the consignment after it), in order.
        claims: Of keys in foreign hands, in order.
        granters: Who made which grant.
        closings: Closed site → block time of its closing.
        approvals: Proposal → what was there when it was approved.
    """

    state: State
    documents: dict[int, RecordedDocument]
    movements: list[Movement]
    site_entries: list[SiteEntry]
    lot_entries: list[LotEntry]
    balance_steps: dict[tuple[int, bytes], list[tuple[int, int]]] = field(default_factory=dict)
    site_steps: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    lot_steps: dict[bytes, list[tuple[int, int]]] = field(default_factory=dict)
    consignment_steps: dict[int, list[tuple[int, Consignment]]] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    granters: Granters = field(default_factory=Granters)
    closings: dict[int, int] = field(default_factory=dict)
    approvals: dict[int, SeenApproval] = field(default_factory=dict)

    @property
    def lots(self) -> dict[bytes, Lot]:
        """All lots, by id."""
        found: dict[bytes, Lot] = self.state.lots  # type: ignore[assignment]
        return found


def replay(source: AuditSource, first: int, last: int) -> Replay:
    """Fold all events of blocks `first` to `last`.

    Raises:
        MismatchError: The events cannot be the whole truth; the sentence names the document.
    """
    state = memory_state()
    claims: list[Claim] = []
    granters = Granters()
    closings: dict[int, int] = {}
    approvals: dict[int, SeenApproval] = {}
    consignments: defaultdict[int, list[tuple[int, Consignment]]] = defaultdict(list)
    for start in range(first, last + 1, BLOCKS_AT_ONCE):
        events = [decode_event(log) for log in source.logs(start, min(start + BLOCKS_AT_ONCE - 1, last))]
        for event in events:
            try:
                fold_event(state, event)
            except JournalGapError as gap:
                raise gap_or_swap(gap, events) from gap
            claims += claims_in(event)
            granters.note(event, state)
            approvals.update(approvals_in(event, state))
            if isinstance(event, DocumentRecorded) and event.kind in _OF_CONSIGNMENTS:
                key = event.key if event.kind is Kind.DISPATCH else event.reference & _ID_248
                if (consignment := state.consignments[key]) is not None:
                    consignments[key].append((state.document_count, consignment))
            if isinstance(event, SiteClosed):
                block = source.block(event.place.block)
                closings[event.site] = block.time if block else 0
    movements, site_entries, lot_entries = state.drain()
    documents = {document.number: document for document in state.documents.values()}  # type: ignore[attr-defined]
    result = Replay(
        state,
        documents,
        movements,
        site_entries,
        lot_entries,
        consignment_steps=consignments,
        claims=claims,
        granters=granters,
        closings=closings,
        approvals=approvals,
    )
    _require_order(documents.values())
    _add_steps(result)
    return result


def _require_order(documents: Iterable[RecordedDocument]) -> None:
    """Refuse documents that do not stand in the order of their block times, which their digests cover.

    Journals keep the order at one site; this keeps it between sites that have nothing to do with each other.
    """
    before: RecordedDocument | None = None
    for document in documents:
        if before is not None and (
            document.recorded_at < before.recorded_at
            or (document.block == before.block and document.recorded_at != before.recorded_at)
        ):
            raise DocumentMisplacedError(
                document=f"{document.key:062x}",
                block=document.block,
                time=document.recorded_at,
                other=f"{before.key:062x}",
                other_block=before.block,
                other_time=before.recorded_at,
                site=document.recording_site,
            )
        before = document


def _add_steps(result: Replay) -> None:
    balances: defaultdict[tuple[int, bytes], list[tuple[int, int]]] = defaultdict(list)
    for number, _, site, lot, _, quantity, is_held_here, _ in result.movements:
        balances[site, lot].append((number, is_held_here << 63 | quantity))
    sites: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for entry in result.site_entries:
        sites[entry.site].append((entry.document, entry.journal))
    lots: defaultdict[bytes, list[tuple[int, int]]] = defaultdict(list)
    for lot_entry in result.lot_entries:
        lots[lot_entry.lot].append((lot_entry.document, lot_entry.journal))
    result.balance_steps, result.site_steps, result.lot_steps = balances, sites, lots
