"""`shecang stock card` and `on-hand`: what happened at a site, and what there is. As of: block time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger_client.cli import _acts as acts
from ledger_client.cli._counts import Counts, count_of, due_cell, say_overdue, stale_mark, stale_row
from ledger_client.cli._office import office_of, print_json
from ledger_client.cli._tables import Shown, for_programs, plain, print_rows, short
from ledger_client.cli._typed import SITE_DIGITS, parse_as_of, parse_place
from ledger_client.documents import Kind, moment_at
from ledger_client.identifiers import parse_site
from ledger_client.language import tr
from ledger_client.reasons import reason_label

if TYPE_CHECKING:
    from ledger_client.cli._holdings import Names
    from ledger_client.emergencies import EmergencySpell
    from ledger_client.fold.records import RecordedDocument
    from ledger_client.index.marks import MarkedReader
    from ledger_client.index.reads import CardEntry, CardMovement
    from ledger_client.ledger import Ledger

AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="TIME",
        help=tr("block time: a moment, or a day to its end", "区块时间：时刻，或某日终了"),
    ),
]

PAGE = 1_000


def mount(app: typer.Typer) -> None:
    """Add these commands to `shecang stock`."""
    app.command("card", help=tr("Show the stock card of a site.", "显示储备点库存卡。"))(card)
    app.command("on-hand", help=tr("Show what a place holds.", "显示储备点或区划的结存。"))(on_hand)


def card(
    context: typer.Context, site: acts.SiteCode, as_of: AsOf = None, as_json: acts.AsJson = False
) -> None:
    """Show the stock card of a site: one row a movement, in the order of its journal."""
    from ledger_client.cli._holdings import Names, now, title_of

    office = office_of(context)
    place = parse_site(site)
    with office.ledger() as ledger:
        offset = ledger.deployment.offset
        until = parse_as_of(as_of, offset)
        at = now() if until is None else until
        names = Names(ledger)
        with _reader(ledger).one_state() as reader:
            entries = list(_entries(reader, place, until))
            counts = reader.count_states([place], at)
            overdue = reader.overdue(place, at)
            showing = _Card(names, counts, reader.emergencies(), _last_movements(entries), offset)
            position = reader.position()
        rows = [row for entry in entries for row in showing.rows(place, entry)]
        title = title_of(f"{place:015d} {names.site(place)}", position, offset)
    if not as_json:
        office.out.print(title, markup=False, soft_wrap=True)
        say_overdue(office, names, overdue, offset, one_site=True)
    print_rows(office, rows, as_json)


def on_hand(
    context: typer.Context,
    place: Annotated[
        str, typer.Argument(metavar="PLACE", help=tr("site or division, 0: all", "储备点或区划，0 为全部"))
    ],
    as_of: AsOf = None,
    as_json: acts.AsJson = False,
) -> None:
    """Show what a site or division holds, by site and lot, and the total of each item."""
    from ledger_client.cli._holdings import Names, holding_rows, now, title_of, total_rows

    office = office_of(context)
    number = parse_place(place)
    with office.ledger() as ledger:
        offset = ledger.deployment.offset
        until = parse_as_of(as_of, offset)
        at = now() if until is None else until
        names = Names(ledger)
        with _reader(ledger).one_state() as reader:
            holdings = reader.on_hand(number, until)
            counts = {(each.site, each.category): each for each in reader.counts(number, at)}
            overdue = reader.overdue(number, at)
            position = reader.position()
        rows = holding_rows(names, holdings, counts, at, offset)
        totals = total_rows(names, holdings, counts, at, offset)
        title = title_of(f"{number or '0'} {names.place(number)}", position, offset)
    if as_json:
        stamp = {"block": position.number, "block_time": position.time}
        late = [stale_row(each, offset) for each in overdue]
        shown = {"place": str(number), "as_of": until, **stamp, "holdings": rows, "totals": totals}
        print_json(plain({**shown, "stale": late}))
        return
    office.out.print(title, markup=False, soft_wrap=True)
    say_overdue(office, names, overdue, offset, one_site=len(str(number)) == SITE_DIGITS)
    print_rows(office, rows, as_json)
    if rows:
        print_rows(office, totals, as_json)


def _reader(ledger: Ledger) -> MarkedReader:
    from ledger_client.index.marks import MarkedReader

    ledger.index()
    return MarkedReader(ledger.index_engine)


def _entries(reader: MarkedReader, site: int, until: int | None) -> Iterator[CardEntry]:
    after = 0
    while page := reader.stock_card(site, until, after, PAGE):
        yield from page
        after = page[-1].sequence


def _last_movements(entries: list[CardEntry]) -> dict[int, int]:
    """Return by lot the entry whose balance is what the site has of it."""
    return {each.lot: entry.sequence for entry in entries for each in entry.movements}


@dataclass(frozen=True, slots=True)
class _Card:
    """Shows the entries of one site's stock card.

    Attributes:
        names: The proved names.
        counts: How the counts of the site stand.
        spells: The emergencies of the ledger.
        last: By lot, the entry whose balance is the one that the site has now, or had then.
        offset: Of the ledger's days.
    """

    names: Names
    counts: Counts
    spells: list[EmergencySpell]
    last: dict[int, int]
    offset: int

    def rows(self, site: int, entry: CardEntry) -> list[dict[str, Any]]:
        """Return the rows of one entry; a document that moved nothing here has one all the same."""
        from ledger_client.emergencies import spell_over

        document = entry.document
        kind = Kind.of(document.kind)
        recorded = moment_at(document.recorded_at, self.offset)
        occurred = moment_at(document.occurred_at, self.offset)
        day_only = document.is_day_only
        in_emergency = spell_over(document, self.spells) is not None
        text = _kind_text(document, kind, occurred.date().isoformat(), in_emergency=in_emergency)
        what = {
            "entry": entry.sequence,
            "recorded": Shown(recorded.isoformat(), recorded.strftime("%Y-%m-%d %H:%M")),
            "occurred": for_programs(occurred.date().isoformat() if day_only else occurred.isoformat()),
            "kind": Shown(kind.name.lower(), text),
        }
        rest = {
            "reason": for_programs(document.reason),
            "late": for_programs(document.is_late),
            "emergency": for_programs(in_emergency),
            "reversed": for_programs(bool(document.reversed_by)),
            "journal": for_programs(f"{entry.journal:064x}"),
            "document": short(document.key, 62),
        }
        nothing: dict[str, Any] = dict.fromkeys(("lot", "item", "delta", "balance"))
        nothing |= {"stale": for_programs(False), "count_due": for_programs(None)}
        moved = [self._movement(site, entry.sequence, each) for each in entry.movements]
        return [{**what, **each, **rest} for each in moved or [nothing]]

    def _movement(self, site: int, sequence: int, moved: CardMovement) -> dict[str, Any]:
        """Return what moved; the balance that stands, not an earlier one, is marked where it is uncounted."""
        count = count_of(self.counts, site, moved.item)
        is_stale = count is not None and count.is_stale
        due = due_cell(count, self.offset)
        balance = str(moved.quantity)
        is_marked = is_stale and self.last[moved.lot] == sequence
        return {
            "lot": short(moved.lot),
            "item": self.names.shown_item(moved.item),
            "delta": f"{moved.delta:+d}",
            "balance": Shown(balance, f"{balance} ({stale_mark().text})" if is_marked else balance),
            "stale": for_programs(is_stale),
            "count_due": for_programs(due.code if due else None),
        }


def _kind_text(document: RecordedDocument, kind: Kind, occurred: str, *, in_emergency: bool) -> str:
    """Return what a document is, and what people must see of it at once."""
    parts = [kind.label]
    if document.reason:
        parts.append(reason_label(document.reason, kind))
    if in_emergency:
        parts.append(tr("in an emergency", "应急期间"))
    if document.is_late:
        parts.append(tr(f"late, of {occurred}", f"补录，发生于 {occurred}"))
    if document.reversed_by:
        parts.append(tr("reversed", "已冲销"))
    return tr(", ", "，").join(parts)
