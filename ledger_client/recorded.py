"""What a new document takes from recorded ones: what it goes on from, undoes, or was counted against."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ledger_client.addresses import ZERO_ADDRESS
from ledger_client.calldata import Consignment as Committed
from ledger_client.calldata import Original
from ledger_client.calls import content_of
from ledger_client.documents import Kind
from ledger_client.errors import UsageError
from ledger_client.lines import LotAttributes
from ledger_client.words import NEVER, join_words

if TYPE_CHECKING:
    from ledger_client.fold.records import Consignment, Lot, RecordedDocument
    from ledger_client.index.reads import CardEntry, IndexReader

_PAGE = 1_000


class CountPlaceError(UsageError):
    """A count refers to an entry that the stock card has not."""

    en = "site {site} has {last} entries on its stock card, and none numbered {entry}; print the card anew"
    zh = "储备点 {site} 的库存卡共 {last} 条，没有第 {entry} 条；请重新打印库存卡"


def as_committed(record: Consignment) -> Committed:
    """Return what is left of a consignment, as the contract committed to it."""
    return Committed(record.state, record.signers, join_words(record.lines))


def original_of(document: RecordedDocument) -> Original:
    """Return a recorded document as its reversal gives it; the client id is not needed for that."""
    kind = Kind.of(document.kind)
    signers = [document.sender, document.approver] if kind is Kind.DISPATCH else []
    return Original(kind, content_of(document), tuple(each for each in signers if each != ZERO_ADDRESS))


def card_up_to(index: IndexReader, site: int, entry: int | None) -> list[CardEntry]:
    """Return the entries of a site's stock card up to one of them; all where none is named.

    Raises:
        CountPlaceError: It has no such entry.
    """
    card: list[CardEntry] = []
    while page := index.stock_card(site, after=card[-1].sequence if card else 0, limit=_PAGE):
        card.extend(page)
    if entry is not None and entry > len(card):
        raise CountPlaceError(site=site, last=len(card), entry=entry)
    return card if entry is None else card[:entry]


def expected_of(card: Sequence[CardEntry]) -> dict[int, int]:
    """Return what a site should hold of each lot after the entries of its card, in base units."""
    return {each.lot: each.quantity for entry in card for each in entry.movements}


def repacked(record: Lot, item: int, batch: bytes, made: int, expires: int) -> LotAttributes:
    """Return what a lot becomes: same source, and same batch and dates where no others are given.

    Args:
        record: The lot that is repacked.
        item: What it becomes.
        batch: Digest of the new batch, zeros for the same.
        made: Day of making counted from 1970, 0 for the same.
        expires: Last day of use, likewise.
    """
    # The output may not be used longer than its input, whose last day may follow from its shelf life.
    last = 0 if record.use_until == NEVER else record.use_until
    return LotAttributes(
        item=item,
        source=record.source,
        batch=batch if any(batch) else record.batch,
        made=made or record.made,
        expires=expires or last,
    )
