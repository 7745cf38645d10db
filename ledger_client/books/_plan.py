"""What an import would record of a book, and what not and why.

Pure. The order of things:

1. receipts: each line that is missing on the ledger becomes a document, its goods held in a lot of its own;
2. issues, in the order of the book: covered from what is there and what the receipts bring, the oldest first;
3. lots that an issue draws on are released. What is suspected of being recorded twice, or of being a mistake,
   stays held, and so do goods earmarked for somebody else.

An issue that is covered in part is recorded in part; the rest is told, and a later import takes it up.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from ledger_client.book import Item, Place, Sentence, Suspect, client_id
from ledger_client.book._allotment import Allotment, Drawn, Stocked
from ledger_client.book._reconcile import BookLine, Comparison, LineStatus
from ledger_client.books import _reasons as reasons
from ledger_client.characters import CharacterError, clean_name
from ledger_client.documents import day_number
from ledger_client.fold.records import Item as RegisteredItem
from ledger_client.identifiers import ConsigneeId, SiteId, batch_digest, consignee_id, donor_id
from ledger_client.lines import LotAttributes
from ledger_client.tagged import tagged_digest
from ledger_client.words import NEVER

KEEPING = frozenset({"repeated", "next-day", "outlier"})
"""Suspicions that keep received goods held; the others only ask."""


class Action(StrEnum):
    """What an import does with a row. The names are part of the JSON form and never change."""

    RECORD = "record"
    RECORD_PART = "record-part"
    NOT_COVERED = "not-covered"
    RECORDED = "recorded"
    NOT_RECORDED = "not-recorded"


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """A row of a book and what an import does with it.

    Attributes:
        comparison: The row beside the ledger, as it was before.
        action: What is done.
        quantity: Base units that are recorded now.
        drawn: Lots that an issue draws on.
        kept: Suspicions for which received goods stay held.
        why: Why nothing or only a part is recorded.
    """

    comparison: Comparison
    action: Action
    quantity: int = 0
    drawn: tuple[Drawn, ...] = ()
    kept: tuple[str, ...] = ()
    why: Sentence | None = None

    @property
    def line(self) -> BookLine:
        """The line; only rows that are none have no line."""
        line = self.comparison.line
        if line is None:
            raise TypeError("a row that is no line has no line")
        return line

    @property
    def writes(self) -> bool:
        """Whether a document is recorded."""
        return self.action in (Action.RECORD, Action.RECORD_PART)

    @property
    def part(self) -> int:
        """Which part of the line the next document is, from 1."""
        return len(self.line.keys)

    @property
    def rest(self) -> int:
        """Base units of an issue that are not on the ledger even then."""
        return self.line.line.quantity - self.comparison.recorded - self.quantity


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do, row by row.

    Attributes:
        site: The site that the book is about.
        salt: Its book salt, empty where it is not at hand.
        lines: Rows of the book, in its order.
        missing_in_book: What the ledger has on the book's days and the book has not.
        releases: Lots that are released first.
        items: Items that are registered first.
        consignees: Who receives the issues that are recorded, by name in the book.
        unregistered: Those that are registered first.
    """

    site: SiteId
    salt: bytes = field(repr=False)
    lines: tuple[PlannedLine, ...]
    missing_in_book: tuple[Comparison, ...] = ()
    releases: tuple[int, ...] = ()
    items: tuple[Item, ...] = ()
    consignees: Mapping[str, ConsigneeId] = field(default_factory=dict)
    unregistered: tuple[str, ...] = ()

    @property
    def knows_salt(self) -> bool:
        """Whether the book salt is at hand; without it nothing is recorded."""
        return bool(self.salt)

    def of(self, kind: str) -> list[PlannedLine]:
        """Return the lines of a kind that are recorded."""
        return [each for each in self.lines if each.writes and each.line.line.kind == kind]

    def client_id(self, each: PlannedLine) -> bytes:
        """Return the client id of the document for a planned line."""
        identity = each.line.identity
        if identity is None:
            raise TypeError("a line that is recorded has an identity")
        return client_id(self.salt, identity, each.part)

    def attributes(self, each: PlannedLine) -> LotAttributes:
        """Return what makes the lot of a planned receipt, without what makes it its own."""
        return lot_attributes(self.salt, each.line)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a plan depends on beside the book.

    Attributes:
        site: The site.
        salt: Its book salt.
        today: The ledger's day.
        catalogue: Items that are registered, by id.
        proposed: Items of the mapping, by id.
        stock: Lots at the site.
        suspects: What is odd in the book, and in it beside the books before.
        consignees: Open consignees by name.
        reversed_keys: Documents of the site that somebody reversed.
    """

    site: SiteId
    salt: bytes = field(repr=False)
    today: date
    catalogue: Mapping[int, RegisteredItem]
    proposed: Mapping[int, Item]
    stock: Sequence[Stocked]
    suspects: Sequence[Suspect]
    consignees: Mapping[str, ConsigneeId]
    reversed_keys: Collection[int]


def plan(compared: Iterable[Comparison], around: Surroundings) -> Plan:
    """Return what an import of a compared book records."""
    compared = list(compared)
    rows = [each for each in compared if each.status is not LineStatus.MISSING_IN_BOOK]
    lines = _first_look(rows, around)
    lines = _with_suspicions(lines, around.suspects)
    stock = [*around.stock, *_arriving(lines, around)]
    lines, drawn = _covered(lines, stock)
    issued = {each.line.line.party for each in lines if each.drawn}
    names = {name: around.consignees.get(clean_name(name)) for name in sorted(issued)}
    received = {each.line.item for each in lines if each.writes and each.line.line.kind == "receipt"}
    return Plan(
        site=around.site,
        salt=around.salt,
        lines=tuple(lines),
        missing_in_book=tuple(each for each in compared if each.status is LineStatus.MISSING_IN_BOOK),
        releases=tuple(lot.lot for lot in stock if lot.lot in drawn and lot.is_held),
        items=tuple(around.proposed[item] for item in sorted(received - around.catalogue.keys())),
        consignees={name: known or local_consignee(around.salt, name) for name, known in names.items()},
        unregistered=tuple(name for name, known in names.items() if known is None),
    )


def plan_without_salt(compared: Iterable[Comparison], site: SiteId) -> Plan:
    """Return the plan of a book whose salt is not at hand: nothing is recorded."""
    rows = list(compared)
    return Plan(
        site=site,
        salt=b"",
        lines=tuple(
            _settled(each) or PlannedLine(each, Action.NOT_RECORDED, why=reasons.SALT_ELSEWHERE)
            for each in rows
            if each.status is not LineStatus.MISSING_IN_BOOK
        ),
        missing_in_book=tuple(each for each in rows if each.status is LineStatus.MISSING_IN_BOOK),
    )


def lot_attributes(salt: bytes, line: BookLine) -> LotAttributes:
    """Return what makes the lot of a donation, without what makes it its own."""
    written = line.line
    return LotAttributes(
        item=line.item,
        source=donor_id(salt, written.party),
        batch=batch_digest(written.batch),
        made=day_number(written.made) if written.made else 0,
        expires=day_number(written.expires) if written.expires else 0,
    )


def local_consignee(salt: bytes, name: str) -> ConsigneeId:
    """Return the id of a recipient that a book names and nobody registered.

    Its local code is 16 hexadecimal digits of a salted digest, so that the same name gives the same consignee
    and the code tells no name.
    """
    digest = tagged_digest("shecang/book-consignee/1", salt, clean_name(name).encode())
    return consignee_id("local", digest[:8].hex().upper())


# -- each row by itself


def _first_look(rows: Sequence[Comparison], around: Surroundings) -> list[PlannedLine]:
    """Settle every row but for what an issue can be covered with, which is left to `_covered`."""
    seen: set[int] = set()
    lines = []
    for each in rows:
        settled = _settled(each)
        if settled is None:
            why = _why_not(each, around, seen)
            settled = (
                PlannedLine(each, Action.NOT_RECORDED, why=why)
                if why
                else PlannedLine(each, Action.RECORD, _missing(each))
            )
        seen.update(each.line.keys if each.line else ())
        lines.append(settled)
    return lines


def _settled(each: Comparison) -> PlannedLine | None:
    """Return what is clear without a look at anything else."""
    if each.problem is not None:
        return PlannedLine(each, Action.NOT_RECORDED, why=each.problem.problem.reason)
    if each.status is LineStatus.MATCHED or (each.is_by_document and _missing(each) <= 0):
        return PlannedLine(each, Action.RECORDED)
    if each.status is LineStatus.QUANTITY_DIFFERS and not each.is_by_document:
        return PlannedLine(each, Action.NOT_RECORDED, why=reasons.quantity_differs(each.recorded))
    return None


def _missing(each: Comparison) -> int:
    return (each.line.line.quantity if each.line else 0) - each.recorded


def _why_not(each: Comparison, around: Surroundings, seen: Collection[int]) -> Sentence | None:
    if each.line is None:
        return None
    line, written = each.line, each.line.line
    if any(key in around.reversed_keys for key in line.keys):
        return reasons.REVERSED
    if any(key in seen for key in line.keys):
        return reasons.COPY
    if written.kind is None:
        return reasons.KIND_UNKNOWN
    if written.date is None:
        return reasons.DATE_MISSING
    if not date(1970, 1, 2) <= written.date <= around.today:
        return reasons.date_outside(written.date, around.today)
    if not line.item:
        return reasons.UNMAPPED
    if not written.party:
        return reasons.PARTY_MISSING
    return _name_problem(written.party) or _item_problem(line, around)


def _name_problem(name: str) -> Sentence | None:
    try:
        clean_name(name)
    except CharacterError as error:
        return Sentence("characters", error.text("en"), error.text("zh"))
    return None


def _item_problem(line: BookLine, around: Surroundings) -> Sentence | None:
    """Return why the item cannot be used; only a receipt brings an item into the catalogue."""
    if line.line.kind != "receipt":
        return None
    item, registered = around.proposed[line.item], around.catalogue.get(line.item)
    code = item.base_unit_code
    if registered is None:
        unknown = reasons.unit_unknown(item.base_unit) if code is None else None
        return unknown or _name_problem(item.name_zh) or _name_problem(item.name_en)
    unit = registered.unit.rstrip(b"\0").decode("ascii", "replace")
    return None if unit == code else reasons.item_differs(line.item, unit, code or item.base_unit)


# -- suspicions


def _with_suspicions(lines: Sequence[PlannedLine], suspects: Iterable[Suspect]) -> list[PlannedLine]:
    new = {_place(each): each for each in lines if each.writes and each.line.line.kind == "receipt"}
    kept: dict[Place, list[str]] = {}
    for suspect in suspects:
        if suspect.rule in KEEPING and not suspect.is_weak:
            for place in _suspected(suspect, new):
                kept.setdefault(place, []).append(suspect.rule)
    return [
        replace(each, kept=tuple(dict.fromkeys(kept.get(_place(each), ())))) if each.writes else each
        for each in lines
    ]


def _suspected(suspect: Suspect, new: Collection[Place]) -> list[Place]:
    """Return which of a suspect's lines stay held: of two notices the later, of equal lines all but one.

    Where the later notice was recorded first, the line that comes in now is the second record.
    """
    if suspect.rule == "outlier":
        return [place for place in suspect.places if place in new]
    if suspect.rule == "next-day":
        return [place for place in reversed(suspect.places) if place in new][:1]
    return [place for place in suspect.places[1:] if place in new]


def _place(each: PlannedLine) -> Place:
    return Place(each.line.file, each.line.sheet, each.line.line.row)


# -- covering issues


def _arriving(lines: Iterable[PlannedLine], around: Surroundings) -> list[Stocked]:
    """Return the lots of the receipts that are recorded, the oldest first, behind what is there."""
    receipts = [each for each in lines if each.writes and each.line.line.kind == "receipt"]
    receipts.sort(key=lambda each: each.line.line.date or date.min)
    first = 1 + max((lot.received for lot in around.stock), default=0)
    return [_stocked(each, around, received) for received, each in enumerate(receipts, first)]


def _stocked(each: PlannedLine, around: Surroundings, received: int) -> Stocked:
    line = each.line
    attributes = lot_attributes(around.salt, line)
    item = around.catalogue.get(line.item)
    lasts = attributes.made + item.shelf_life if item and item.shelf_life and attributes.made else NEVER
    return Stocked(
        lot=attributes.owned_by(line.keys[-1], 1).lot_id,
        item=line.item,
        quantity=each.quantity,
        received=received,
        earmark=line.line.earmark,
        is_kept=bool(each.kept),
        use_until=attributes.expires or lasts,
    )


def _covered(lines: Sequence[PlannedLine], stock: Sequence[Stocked]) -> tuple[list[PlannedLine], set[int]]:
    """Return the lines with the issues covered as far as stock allows, and the lots drawn on."""
    allotment = Allotment(stock)
    ended: list[PlannedLine] = []
    for each in lines:
        is_issue = each.writes and each.line.line.kind == "issue"
        ended.append(_cover(each, allotment) if is_issue else each)
    return ended, {drawn.lot for each in ended for drawn in each.drawn}


def _cover(each: PlannedLine, allotment: Allotment) -> PlannedLine:
    written = each.line.line
    day = day_number(written.date) if written.date else 0
    drawn = tuple(allotment.draw(each.line.item, each.quantity, written.party, day))
    covered = sum(part.quantity for part in drawn)
    action = (
        Action.RECORD if covered == each.quantity else Action.RECORD_PART if covered else Action.NOT_COVERED
    )
    rest = each.quantity - covered
    why = reasons.not_covered(rest, written.unit, allotment.left(each.line.item)) if rest else None
    return replace(each, action=action, quantity=covered, drawn=drawn, why=why)
