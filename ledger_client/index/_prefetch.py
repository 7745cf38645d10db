"""Which records a batch of documents will ask for, so that they are read many at once.

A record that is missed here is read by itself when the fold asks for it: this is about speed and never
about the result.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from ledger_client.documents import Kind
from ledger_client.events import DocumentRecorded
from ledger_client.fold import lots_of
from ledger_client.index._cache import TableMap
from ledger_client.lines import line_width
from ledger_client.words import (
    REFERENCE_CONSIGNMENT,
    REFERENCE_DOCUMENT,
    REFERENCE_REVERSED,
    WORD_BYTES,
)

_ID_248 = (1 << 248) - 1
_NO_STOCK = frozenset({Kind.RECALL, Kind.LIFT})
_TOTALLED = frozenset({Kind.OPENING, Kind.RECEIPT, Kind.ISSUE, Kind.DISPATCH, Kind.WRITE_OFF})
_WITH_LOTS = frozenset({Kind.OPENING, Kind.RECEIPT, Kind.REPACK, Kind.RELEASE, Kind.HOLD}) | _NO_STOCK


def prefetch(maps: Mapping[str, TableMap], events: Sequence[DocumentRecorded]) -> None:
    """Read what these documents are known to need."""
    maps["documents"].load(
        [event.key for event in events]
        + [
            event.reference & _ID_248
            for event in events
            if event.reference >> 248 in (REFERENCE_DOCUMENT, REFERENCE_REVERSED)
            and event.kind is not Kind.COUNT
        ]
    )
    maps["consignments"].load(
        [event.key for event in events if event.kind is Kind.DISPATCH]
        + [event.reference & _ID_248 for event in events if event.reference >> 248 == REFERENCE_CONSIGNMENT]
    )
    places: dict[int, set[bytes]] = defaultdict(set)
    totalled: set[bytes] = set()
    created: set[bytes] = set()
    dispatched = {event.key: event.lines for event in events if event.kind is Kind.DISPATCH}
    for event in events:
        lots = _lots(maps, event, dispatched)
        for site in _sites(event):
            places[site].update(lots)
        if event.kind in _TOTALLED or event.reference >> 248 == REFERENCE_CONSIGNMENT:
            totalled.update(lots)
        if event.kind in _WITH_LOTS:
            created.update(lots)
    maps["site_journals"].load(places)
    maps["balances"].load([(site, lot) for site, lots in places.items() for lot in lots])
    maps["totals"].load(totalled)
    maps["lots"].load(created)


def _lots(
    maps: Mapping[str, TableMap], event: DocumentRecorded, dispatched: Mapping[int, bytes]
) -> Iterable[bytes]:
    """Return the lots of a document; of one on a consignment, those of the consignment."""
    if event.kind is not Kind.COUNT and event.reference >> 248 == REFERENCE_CONSIGNMENT:
        key = event.reference & _ID_248
        if key in dispatched:
            return set(lots_of(dispatched[key], 1))
        consignment = maps["consignments"][key]
        return {(line >> 96).to_bytes(20, "big") for line in consignment.lines} if consignment else set()
    if event.kind is Kind.REVERSAL:
        original = maps["documents"][event.reference & _ID_248]
        return set(_all_lots(original.kind, original.lines)) if original else set()
    return set(_all_lots(event.kind, event.lines))


def _all_lots(kind: int, lines: bytes) -> Iterable[bytes]:
    yield from lots_of(lines, line_width(Kind(kind)))
    if kind == Kind.REPACK:
        yield from lots_of(lines[WORD_BYTES:], line_width(Kind.REPACK))


def _sites(event: DocumentRecorded) -> list[int]:
    """Return the sites whose balances the document changes; a site is a number below 2**63."""
    if event.kind in _NO_STOCK:
        return []
    from_site = event.from_ if event.from_journal else 0
    to_site = event.to if event.to_journal else 0
    if event.kind is Kind.DISPATCH:
        return [from_site]
    return [site for site in (from_site, to_site) if site and site >> 63 == 0]
