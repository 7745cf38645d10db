"""How holdings and lots are shown: with names where they are proved, and with what is against their use."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ledger_client.cli._counts import count_of, due_cell, is_stale, stale_mark
from ledger_client.cli._tables import Shown, for_programs, short, shown_name
from ledger_client.documents import SECONDS_A_DAY, date_of, moment_at
from ledger_client.identifiers import ItemId, category_of
from ledger_client.language import tr
from ledger_client.words import NEVER, LotStatus

if TYPE_CHECKING:
    from ledger_client.cli._counts import Counts
    from ledger_client.fold.records import Lot
    from ledger_client.index.reads import Holding
    from ledger_client.index.source import BlockStamp
    from ledger_client.ledger import Ledger

EXPIRING = 30 * SECONDS_A_DAY
"""Seconds: how long before its last day of use a lot is shown to expire."""


CATEGORY_NAMES = 2
"""Items by which a category is recognised."""


class Names:
    """The proved names of one ledger, each looked up once.

    Args:
        ledger: Whose records and index.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        index = ledger.index()
        self._items, self._sites = index.items(), index.sites()
        self._suppliers, self._divisions = index.suppliers(), index.divisions()
        self._known: dict[tuple[str, int], str] = {}

    def item(self, item: int) -> str:
        """Return the name of an item, nothing where it is not proved."""
        record = self._items.get(item)
        return self._name("item", item, record.name) if record else ""

    def shown_item(self, item: int) -> Shown:
        """Return an item by its name, where that is proved."""
        return Shown(str(item), self.item(item) or str(item))

    def unit(self, item: int) -> str:
        """Return the code of an item's base unit."""
        record = self._items.get(item)
        return record.unit.rstrip(b"\0").decode("ascii", "replace") if record else ""

    def site(self, site: int) -> str:
        """Return the name of a site, nothing where it is not proved."""
        record = self._sites.get(site)
        return self._name("site", site, record.name) if record else ""

    def place(self, place: int) -> str:
        """Return the name of a site or division, nothing where it is not proved."""
        if place in self._sites:
            return self.site(place)
        record = self._divisions.get(place)
        return self._name("division", place, record.name) if record else ""

    def category(self, category: int) -> Shown:
        """Return a category with the proved names of some of its items: a number alone says little."""
        names = [self.item(item) for item in sorted(self._items) if category_of(ItemId(item)) == category]
        proved = [name for name in names if name]
        some = tr(", ", "、").join(proved[:CATEGORY_NAMES]) + ("…" if len(proved) > CATEGORY_NAMES else "")
        return Shown(f"{category:07d}", f"{category:07d} {some}".strip())

    def source(self, source: int) -> str:
        """Return the name of a supplier, else the first digits of the source; nothing where it is unknown."""
        if not source:
            return ""
        record = self._suppliers.get(source)
        name = self._name("supplier", source, record.name) if record else ""
        return name or f"{source:040x}"[:8] + "…"

    def _name(self, kind: Any, number: int, digest: bytes) -> str:
        if (kind, number) not in self._known:
            self._known[kind, number] = shown_name(self._ledger, kind, number, digest)
        return self._known[kind, number]


def title_of(what: str, position: BlockStamp, offset: int) -> str:
    """Return what is shown, and up to which block it holds."""
    time = moment_at(position.time, offset).strftime("%Y-%m-%d %H:%M:%S")
    read = tr(f"up to block {position.number}, {time}", f"截至区块 {position.number}，{time}")
    return f"{what.strip()}  ({read})"


def lot_row(names: Names, lot: int, record: Lot) -> dict[str, Any]:
    """Return how a lot is shown."""
    return {
        "lot": short(lot),
        "item": names.shown_item(record.item),
        "name": for_programs(names.item(record.item)),
        "source": Shown(f"{record.source:040x}", names.source(record.source)),
        "made": date_of(record.made).isoformat() if record.made else None,
        "use_until": use_until(record.use_until),
        "status": Shown(record.status, status_text(record.status)),
    }


def holding_rows(
    names: Names, holdings: Sequence[Holding], counts: Counts, at: int, offset: int
) -> list[dict[str, Any]]:
    """Return what sites hold, by site and lot.

    Args:
        names: The proved names.
        holdings: What is held.
        counts: How counts stand, so that what an overdue one leaves open is marked.
        at: Seconds since 1970, for expiry.
        offset: Of the ledger's days.
    """
    one_site = len({each.site for each in holdings}) == 1
    return [
        {
            "site": for_programs(f"{each.site:015d}") if one_site else f"{each.site:015d}",
            "item": names.shown_item(each.attributes.item),
            "name": for_programs(names.item(each.attributes.item)),
            "lot": short(each.lot),
            "quantity": str(each.quantity),
            "unit": names.unit(each.attributes.item),
            "use_until": use_until(each.attributes.use_until),
            "marks": marks(each, counts, at, offset),
            "stale": for_programs(is_stale(counts, each.site, each.attributes.item)),
            "count_due": for_programs(_due(counts, each, offset)),
        }
        for each in holdings
    ]


def total_rows(
    names: Names, holdings: Iterable[Holding], counts: Counts, at: int, offset: int
) -> list[dict[str, Any]]:
    """Return the sum of each item, how much of it may be used, and at which sites it stands uncounted.

    What may be used is not held, recalled or expired; arguments as of `holding_rows`.
    """
    totals: dict[int, list[int]] = {}
    stale: defaultdict[int, set[int]] = defaultdict(set)
    for each in holdings:
        if is_stale(counts, each.site, each.attributes.item):
            stale[each.attributes.item].add(each.site)
        total = totals.setdefault(each.attributes.item, [0, 0])
        total[0] += each.quantity
        may_be_used = each.is_free and not _is_expired(each, at, offset)
        total[1] += each.quantity if may_be_used else 0
    return [
        {
            "item": names.shown_item(item),
            "name": for_programs(names.item(item)),
            "quantity": str(all_),
            "free": str(free),
            "unit": names.unit(item),
            "stale": stale_sites(stale[item]),
        }
        for item, (all_, free) in sorted(totals.items())
    ]


def stale_sites(sites: Collection[int]) -> Shown:
    """Return at which sites a figure stands under an overdue count; people see how many."""
    count = len(sites)
    text = tr(f"count overdue at sites: {count}", f"盘点逾期的储备点：{count} 个") if count else None
    return Shown([f"{site:015d}" for site in sorted(sites)], text)


def _due(counts: Counts, holding: Holding, offset: int) -> Any:
    due = due_cell(count_of(counts, holding.site, holding.attributes.item), offset)
    return due.code if due else None


def marks(holding: Holding, counts: Counts, at: int, offset: int) -> list[Shown]:
    """Return what is against the use of a holding, in words."""
    found: list[Shown] = []
    if holding.attributes.status & LotStatus.HELD:
        found.append(Shown("held", tr("held", "暂扣")))
    if holding.is_held_here:
        found.append(Shown("held_here", tr("held here", "本点暂扣")))
    if holding.attributes.status & LotStatus.RECALLED:
        found.append(Shown("recalled", tr("recalled", "召回")))
    if _is_expired(holding, at, offset):
        found.append(Shown("expired", tr("expired", "过期")))
    elif _is_expired(holding, at + EXPIRING, offset):
        found.append(Shown("expiring", tr("expires soon", "临期")))
    if is_stale(counts, holding.site, holding.attributes.item):
        found.append(stale_mark())
    return found


def _is_expired(holding: Holding, at: int, offset: int) -> bool:
    last = holding.attributes.use_until
    return last != NEVER and date_of(last) < moment_at(at, offset).date()


def use_until(day: int) -> str | None:
    """Return the last day of use, None where there is none."""
    return None if day == NEVER else date_of(day).isoformat()


def status_text(status: int) -> str:
    """Return the status of a lot in the language in force."""
    names = {LotStatus.HELD: tr("held", "暂扣"), LotStatus.RECALLED: tr("recalled", "召回")}
    return ", ".join(name for flag, name in names.items() if status & flag) or tr("released", "可用")


def now() -> int:
    """Return the present, in seconds since 1970."""
    return int(time.time())
