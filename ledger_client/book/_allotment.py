"""Which lots cover an issue of a book: oldest receipt first, earmarked goods only for whom they are meant.

Pure: it is told what there is and says what to draw. What is covered in part is drawn in part, and the rest
is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ledger_client.book._earmark import is_meant_for
from ledger_client.words import NEVER


@dataclass(slots=True)
class Stocked:
    """A lot that may be drawn on.

    Attributes:
        lot: Its id.
        item: Of which.
        quantity: Base units left.
        received: Place of its receipt in time, lower is older.
        earmark: For whom it is meant, None for anybody.
        is_kept: Whether it stays held, being suspected of something.
        is_held: Whether a release is needed before it goes out.
        use_until: Last day on which it may be used, counted from 1970; `words.NEVER` for no end.
    """

    lot: int
    item: int
    quantity: int
    received: int
    earmark: str | None = None
    is_kept: bool = False
    is_held: bool = True
    use_until: int = NEVER


@dataclass(frozen=True, slots=True)
class Drawn:
    """Base units of a lot for one issue."""

    lot: int
    quantity: int


class Allotment:
    """Draws on what there is, issue by issue."""

    def __init__(self, stock: Iterable[Stocked]) -> None:
        self._by_item: dict[int, list[Stocked]] = {}
        for lot in sorted(stock, key=lambda each: each.received):
            self._by_item.setdefault(lot.item, []).append(lot)

    def draw(self, item: int, quantity: int, recipient: str, day: int = 0) -> list[Drawn]:
        """Return what covers an issue, all of it or a part; what is drawn is gone for the next one.

        Lots that are earmarked for the recipient come first, since nobody else may have them.

        Args:
            item: What is issued.
            quantity: Base units.
            recipient: To whom.
            day: On which day, counted from 1970; goods that had expired by then are not drawn on.
        """
        drawn = []
        for lot in self._usable(item, recipient, day):
            part = min(lot.quantity, quantity)
            if part:
                lot.quantity -= part
                quantity -= part
                drawn.append(Drawn(lot.lot, part))
        return drawn

    def left(self, item: int) -> int | None:
        """Return the base units of an item that are left, usable or not; None where there never were any."""
        lots = self._by_item.get(item)
        return None if lots is None else sum(lot.quantity for lot in lots)

    def _usable(self, item: int, recipient: str, day: int) -> list[Stocked]:
        lots = [lot for lot in self._by_item.get(item, ()) if not lot.is_kept and lot.use_until >= day]
        meant = [lot for lot in lots if lot.earmark and is_meant_for(lot.earmark, recipient)]
        return meant + [lot for lot in lots if not lot.earmark]
