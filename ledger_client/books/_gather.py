"""What a plan depends on, read from ledger and records."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta

from ledger_client.book import BookSheet, Line, Sentence, Suspect, find_suspects
from ledger_client.book import Mapping as GoodsMapping
from ledger_client.book._allotment import Stocked
from ledger_client.book._suspects import DAYS_APART
from ledger_client.books._body import line_of
from ledger_client.books._compare import compare_book
from ledger_client.books._history import SiteHistory, day_of
from ledger_client.books._ledger import BookLedger
from ledger_client.books._plan import Plan, Surroundings, plan, plan_without_salt
from ledger_client.characters import clean_name
from ledger_client.documents import Kind, moment_at
from ledger_client.identifiers import ConsigneeId, SiteId
from ledger_client.index.reads import Holding
from ledger_client.records import RecordId
from ledger_client.words import LotStatus

_FROM_RECORDS = Sentence("recorded", "recorded before", "此前已记录")


def plan_import(ledger: BookLedger, sheets: Sequence[BookSheet], mapping: GoodsMapping, site: SiteId) -> Plan:
    """Return what an import would record of some books, and what not and why; nothing goes on chain.

    The site's book salt is made here when the site has none: it is a secret of this office, and no trace on
    the ledger. Where documents of the site carry bodies that were never in these records, another office may
    have imported with a salt that is not at hand; then the plan records nothing.

    Args:
        ledger: The ledger.
        sheets: All sheets of the books, issues in the order in which they are to be covered.
        mapping: Which item each goods is; only confirmed rows count.
        site: The site that the books are about.

    Raises:
        BookSaltDeletedError: The salt was deleted; the books can only be compared.
    """
    history = SiteHistory.read(ledger, site)
    if not ledger.records.has_book_salt(site) and history.has_foreign_bodies(ledger):
        return plan_without_salt(compare_book(ledger, history, sheets, mapping, None), site)
    salt = ledger.records.book_salt(site)
    compared = compare_book(ledger, history, sheets, mapping, salt)
    own_keys = {key for each in compared if each.line for key in each.line.keys}
    around = Surroundings(
        site=site,
        salt=salt,
        today=moment_at(int(ledger.now()), ledger.deployment.offset).date(),
        catalogue=ledger.index().items(),
        proposed={row.item.item: row.item for row in mapping.rows},
        stock=_stock(ledger, history),
        suspects=_suspects(ledger, history, sheets, own_keys),
        consignees=_consignees(ledger),
        reversed_keys={key for key in history.documents if history.is_reversed(key)},
    )
    return plan(compared, around)


def _stock(ledger: BookLedger, history: SiteHistory) -> list[Stocked]:
    """Return the lots at the site, the oldest first.

    Of held lots only those are for an import to release that an import created and did not suspect; what
    anybody held for another reason stays held.
    """
    keys = history.numbers
    holdings = ledger.index().on_hand(history.site)
    holdings.sort(key=lambda holding: _age(holding, keys, history))
    return [
        _stocked(ledger, history, holding, keys.get(holding.attributes.document), place)
        for place, holding in enumerate(holdings, 1)
    ]


def _age(holding: Holding, keys: Mapping[int, int], history: SiteHistory) -> tuple[int, int]:
    """Return when a lot came in by its receipt; a lot from elsewhere by its place in the ledger, first."""
    number = holding.attributes.document
    document = history.documents.get(keys.get(number, 0))
    return (document.occurred_at if document else 0, number)


def _stocked(
    ledger: BookLedger, history: SiteHistory, holding: Holding, key: int | None, place: int
) -> Stocked:
    lot = holding.attributes
    body = history.body(ledger, key) if key is not None and lot.is_own else {}
    was_created_held = lot.status == LotStatus.HELD and not holding.is_held_here
    return Stocked(
        lot=holding.lot,
        item=lot.item,
        quantity=holding.quantity,
        received=place,
        earmark=line_of(body).earmark if body else None,
        is_kept=not holding.is_free and not (was_created_held and body and not body["kept"]),
        is_held=not holding.is_free,
        use_until=lot.use_until,
    )


def _consignees(ledger: BookLedger) -> dict[str, ConsigneeId]:
    """Return the open consignees by their Chinese names."""
    found = {}
    for number, consignee in ledger.index().consignees().items():
        name = ledger.records.name(RecordId("consignee", number), consignee.name)
        if name and name.zh and not consignee.is_closed:
            found[clean_name(name.zh)] = ConsigneeId(number)
    return found


# -- suspicions against what was recorded before


def _suspects(
    ledger: BookLedger, history: SiteHistory, sheets: Sequence[BookSheet], own_keys: Collection[int]
) -> list[Suspect]:
    """Return what is odd in some books, and in them beside the receipts of the days around."""
    ordered = sorted(sheets, key=lambda sheet: sheet.date or date.max)
    days = [line.date for sheet in sheets for line in sheet.lines if line.kind == "receipt" and line.date]
    before = _recorded_sheets(ledger, history, days, own_keys) if days else []
    return find_suspects([*before, *ordered])


def _recorded_sheets(
    ledger: BookLedger, history: SiteHistory, days: Sequence[date], own_keys: Collection[int]
) -> list[BookSheet]:
    """Return receipts of other books around some days as sheets, one a book, so that rules can compare."""
    margin = timedelta(DAYS_APART)
    lines: dict[str, list[Line]] = {}
    for key, line in _recorded_lines(ledger, history, own_keys, min(days) - margin, max(days) + margin):
        lines.setdefault(history.file_of(ledger, key), []).append(line)
    return [
        BookSheet(
            file=file,
            sheet="",
            rows=len(some),
            kind="receipt",
            date=None,
            date_source=_FROM_RECORDS,
            lines=tuple(some),
        )
        for file, some in lines.items()
    ]


def _recorded_lines(
    ledger: BookLedger, history: SiteHistory, own_keys: Collection[int], first: date, last: date
) -> Iterator[tuple[int, Line]]:
    for key, document in history.documents.items():
        if document.kind != Kind.RECEIPT or document.reversed_by or key in own_keys:
            continue
        if first <= day_of(document, ledger.deployment.offset) <= last:
            body = history.body(ledger, key)
            if body:
                yield key, line_of(body)
