"""From the index: which documents a page of events is made of, and what their events say beside them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from ledger_client.documents import Kind
from ledger_client.epcis.events import Told, lots_of
from ledger_client.fold.records import Item, Lot, RecordedDocument
from ledger_client.index.sides import SideReader
from ledger_client.words import unpack_reference


@dataclass(frozen=True, slots=True)
class Page:
    """Documents to be told as events.

    Attributes:
        told: The documents, in the order of the ledger.
        lots: The lots that their events name.
        items: The items of these lots.
        next_after: Number behind which the next page begins, None on the last one.
    """

    told: Sequence[Told]
    lots: Mapping[int, Lot]
    items: Mapping[int, Item]
    next_after: int | None


def told_after(
    index: SideReader,
    number: int,
    places: Collection[int],
    limit: int,
    *,
    since: int = 0,
    placeless: bool = False,
) -> Page:
    """Return a page of documents; its arguments are those of `SideReader.documents_after`."""
    documents, next_after = index.documents_after(number, places, limit, since=since, placeless=placeless)
    originals = _originals(index, documents)
    moved = index.movements_of([each.number for each in (*documents, *originals.values())])

    def told(document: RecordedDocument) -> Told:
        original = originals.get(document.number)
        undone = None if original is None else Told(original, moved.get(original.number, ()))
        return Told(document, moved.get(document.number, ()), undone)

    page = [told(each) for each in documents]
    lots = index.lots_by_id({lot for each in page for lot in lots_of(each)})
    return Page(page, lots, index.items({each.item for each in lots.values()}), next_after)


def _originals(index: SideReader, documents: Sequence[RecordedDocument]) -> dict[int, RecordedDocument]:
    """Return what reversals undo, by the number of the reversal."""
    found = {}
    for each in documents:
        if each.kind == Kind.REVERSAL:
            original = index.document(unpack_reference(each.reference).id)
            if original is not None:
                found[each.number] = original
    return found
