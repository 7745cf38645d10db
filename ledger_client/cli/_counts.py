"""Counts beside figures: which are overdue where, how that is said, and the proof that follows a count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ledger_client.cli._holders import shown_moment
from ledger_client.cli._office import Office, print_json
from ledger_client.cli._tables import Shown
from ledger_client.errors import ShecangError
from ledger_client.identifiers import ItemId, category_of
from ledger_client.language import tr

if TYPE_CHECKING:
    from ledger_client.cli._holdings import Names
    from ledger_client.index.norms import CountState
    from ledger_client.ledger import Ledger
    from ledger_client.signers import Signer
    from ledger_client.writing import Prepared

SENTENCES = 10
"""Overdue counts that are told one by one; of more, `shecang norm stale` has the list."""

Counts = Mapping[tuple[int, int], "CountState"]
"""How counts stand, by site and category."""


def count_of(counts: Counts, site: int, item: int) -> CountState | None:
    """Return how a site stands with the counts of an item's category; None where there is no cycle."""
    return counts.get((site, category_of(ItemId(item))))


def is_stale(counts: Counts, site: int, item: int) -> bool:
    """Return whether what a site has of an item stands under an overdue count."""
    found = count_of(counts, site, item)
    return found is not None and found.is_stale


def stale_mark() -> Shown:
    """Return the mark of a figure whose count is overdue."""
    return Shown("stale", tr("count overdue", "盘点逾期"))


def stale_cell(is_stale: bool) -> Shown:
    """Return whether a figure stands under an overdue count; a table without any has no such column."""
    return Shown(True, stale_mark().text) if is_stale else Shown(False, None)


def due_cell(count: CountState | None, offset: int) -> Shown | None:
    """Return until when a count is due; None where there is no cycle."""
    return None if count is None else shown_moment(count.due, offset)


def stale_row(count: CountState, offset: int) -> dict[str, Any]:
    """Return an overdue count as JSON has it beside figures."""
    last = count.counted.stands_for if count.counted else 0
    return {
        "site": f"{count.site:015d}",
        "category": f"{count.category:07d}",
        "count_due": shown_moment(count.due, offset),
        "counted_at": shown_moment(last, offset) if last else None,
    }


def say_overdue(
    office: Office, names: Names, found: Iterable[CountState], offset: int, *, one_site: bool
) -> None:
    """Say which counts are overdue, also where nothing is shown to be: that is no zero."""
    overdue = list(found)
    for each in overdue[:SENTENCES]:
        office.out.print(_sentence(names, each, offset, one_site=one_site), markup=False, soft_wrap=True)
    if (rest := len(overdue) - SENTENCES) > 0:
        text = tr(
            f"and {rest} more counts are overdue: `shecang norm stale` lists them",
            f"另有 {rest} 项盘点逾期：用 `shecang norm stale` 查看",
        )
        office.out.print(text, markup=False, soft_wrap=True)


def _sentence(names: Names, count: CountState, offset: int, *, one_site: bool) -> str:
    category = names.category(count.category).text
    due = shown_moment(count.due, offset).text
    last = count.counted.stands_for if count.counted else 0
    counted = shown_moment(last, offset).text if last else ""
    site = "" if one_site else f"{count.site:015d} {names.site(count.site)}".strip()
    return tr(
        "count overdue: "
        + (f"{site}, " if site else "")
        + f"category {category}, due by {due}, "
        + (f"last counted {counted}" if counted else "no count is proved"),
        "盘点逾期："
        + (f"{site}，" if site else "")
        + f"类别 {category}，应于 {due} 前盘点，"
        + (f"上次盘点 {counted}" if counted else "尚无盘点依据"),
    )


def prove_counted(office: Office, ledger: Ledger, count: Prepared, signer: Signer, *, as_json: bool) -> None:
    """Prove a count that was just recorded, where a cycle is set for something that it counted.

    Where that fails the count stands all the same, and it is said what is left to do.
    """
    from ledger_client.index.marks import MarkedReader

    try:
        ledger.index()
        with MarkedReader(ledger.index_engine).one_state() as reader:
            document = reader.document(count.key)
            if document is None:
                return
            categories = reader.categories_counted(document)
            cycles = reader.cycles(document.from_site, int(ledger.now()), categories)
        covered = sorted(each.about for each in cycles if each.value or each.next_value)
        if not covered:
            return
        [entry] = ledger.write([ledger.norms.proved(document, by=signer)])
    except ShecangError as error:
        reason = error.text().rstrip("。.")
        key = f"{count.key:062x}"[:8]
        text = tr(
            f"the count is recorded and stands, but it is not proved yet ({reason}): until "
            f"`shecang norm prove {key} --by KEY` succeeds, or a later count, the site may stand as overdue",
            f"盘点已记录且有效，但尚未作为盘点依据办理（{reason}）：在 `shecang norm prove {key} --by KEY` "
            "成功或有更晚的盘点之前，该储备点可能仍按盘点逾期处理",
        )
        office.err.print(text, markup=False, soft_wrap=True)
        return
    names = [f"{category:07d}" for category in covered]
    if as_json:
        transaction = f"0x{entry.hash.hex()}" if entry.hash else ""
        place = {"block": entry.block_number, "is_final": entry.is_final}
        print_json({"proved": f"{count.key:062x}", "categories": names, "transaction": transaction, **place})
        return
    office.out.print(
        tr(
            f"the count is proved for {', '.join(names)} in block {entry.block_number}",
            f"已办理为类别 {'、'.join(names)} 的盘点依据，区块 {entry.block_number}",
        ),
        markup=False,
        soft_wrap=True,
    )
