"""Which item on the ledger each goods of a book is: proposed by program, corrected and confirmed by a person.

A proposal gives every goods an item of its own, so that nothing is merged by itself; look-alikes are named
beside it. Giving two rows one item number is what a person does, and says why. Packs stay their own base
unit: a mapping holds no factor, since what a pack contains is a repack document's business.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from ledger_client.book._categories import Category, Tracking, category_of_goods
from ledger_client.book._goods import Goods, goods_of, look_alikes, stated_contents
from ledger_client.book._model import BookSheet, Line
from ledger_client.book._units import PACKS, unit_code
from ledger_client.identifiers import ItemId, category_of
from ledger_client.language import tr

Status = Literal["proposed", "confirmed"]

ITEMS_PER_CATEGORY = 100_000


@dataclass(frozen=True, slots=True)
class Item:
    """An item as the catalogue registers it.

    Attributes:
        item: Its id, 12 digits.
        name_zh: Chinese name.
        name_en: English name; empty in a proposal.
        base_unit: The unit's word.
        qualification: Category that a supplier must be qualified for (uint32), 0 for none.
        tracking: `consumable`, or `serial` for pieces with serial numbers.
    """

    item: ItemId
    name_zh: str
    name_en: str
    base_unit: str
    qualification: int
    tracking: Tracking

    @property
    def base_unit_code(self) -> str | None:
        """UN/CEFACT Rec 20 code of the base unit, None where the project's table has none."""
        return unit_code(self.base_unit)


@dataclass(frozen=True, slots=True)
class MappingRow:
    """One goods of a book and the item that it is.

    Attributes:
        name: Name of the goods as the book has it, cleaned.
        specification: Its specification, empty for none.
        unit: Its unit's word.
        item: The item; rows with one id hold equal items.
        contents: What one unit contains as the book states it, empty where it does not.
        status: `confirmed` once a person stands for it; only such rows are imported.
        reason: Why it is this item.
        looks_like: Goods that look alike, for the person who decides; not read back.
        seen: Where it stands, as file:rows; not read back.
    """

    name: str
    specification: str
    unit: str
    item: Item
    contents: str
    status: Status
    reason: str
    looks_like: str = ""
    seen: str = ""

    @property
    def goods(self) -> Goods:
        """What the row is looked up by."""
        return Goods.of(self.name, self.specification, self.unit)

    @property
    def is_confirmed(self) -> bool:
        """Whether a person stands for the row."""
        return self.status == "confirmed"


@dataclass(frozen=True, slots=True)
class Mapping:
    """The rows of a mapping, looked up by goods."""

    rows: tuple[MappingRow, ...]
    _by_goods: dict[Goods, MappingRow] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_goods", {row.goods: row for row in self.rows})

    def find(self, line: Line) -> MappingRow | None:
        """Return the row for a line's goods, confirmed or not; None where the mapping has none."""
        return self._by_goods.get(goods_of(line))

    def items(self) -> tuple[Item, ...]:
        """Return the items of the mapping, each once, by id."""
        return tuple(sorted({row.item for row in self.rows}, key=lambda item: item.item))


def propose_mapping(sheets: Iterable[BookSheet], known: Mapping | None = None) -> Mapping:
    """Return a mapping that has a row for every goods of `sheets`.

    Args:
        sheets: The books.
        known: An earlier mapping; its rows stay as they are, also for goods that these books do not name.
    """
    found: dict[Goods, Line] = {}
    places: defaultdict[Goods, list[tuple[str, int]]] = defaultdict(list)
    for sheet in sheets:
        for line in sheet.lines:
            found.setdefault(goods_of(line), line)
            places[goods_of(line)].append((sheet.file, line.row))
    kept = {row.goods: row for row in known.rows} if known else {}
    alike = _alike_texts(
        {
            **{goods: _title(row.name, row.specification, row.unit) for goods, row in kept.items()},
            **{goods: _title(line.goods, line.specification, line.unit) for goods, line in found.items()},
        }
    )
    numbers = _Numbers(kept.values())
    rows = dict(kept)
    for goods, line in found.items():
        if goods not in rows:
            rows[goods] = _proposed(line, numbers)
    return Mapping(tuple(
        replace(row, looks_like=alike.get(goods, row.looks_like), seen=_places(places[goods]) or row.seen)
        for goods, row in rows.items()
    ))  # fmt: skip


class _Numbers:
    """Gives out item numbers, within a category in order, never one that a row already has."""

    def __init__(self, rows: Iterable[MappingRow]) -> None:
        self._last: defaultdict[int, int] = defaultdict(int)
        for row in rows:
            category = category_of(row.item.item)
            self._last[category] = max(self._last[category], row.item.item % ITEMS_PER_CATEGORY)

    def next(self, category: Category) -> ItemId:
        self._last[category.code] += 1
        return ItemId(category.code * ITEMS_PER_CATEGORY + self._last[category.code])


def _proposed(line: Line, numbers: _Numbers) -> MappingRow:
    category = category_of_goods(line.goods)
    is_pack = line.unit in PACKS
    contents = stated_contents(line.specification) if is_pack else ""
    unknown = f"({line.unit}, 内装不明)" if is_pack and not contents else ""
    item = Item(
        item=numbers.next(category),
        name_zh=" ".join(filter(None, (line.goods, line.specification, unknown))),
        name_en="",
        base_unit=line.unit,
        qualification=category.qualification,
        tracking="consumable" if is_pack else category.tracking,
    )
    return MappingRow(
        name=line.goods,
        specification=line.specification,
        unit=line.unit,
        item=item,
        contents=contents,
        status="proposed",
        reason=_reason(line.unit, contents),
    )


def _reason(unit: str, contents: str) -> str:
    if unit not in PACKS:
        return tr("counted in its base unit", "以基本单位计数")
    if contents:
        return tr("a pack of stated contents", "包装内容已写明")
    return tr("a pack of unknown contents is its own base unit", "包装内容未写明，包装本身即基本单位")


def _alike_texts(titles: dict[Goods, str]) -> dict[Goods, str]:
    texts: defaultdict[Goods, list[str]] = defaultdict(list)
    for first, second, reason in look_alikes(titles):
        texts[first].append(f"{titles[second]} ({reason})")
        texts[second].append(f"{titles[first]} ({reason})")
    return {goods: "; ".join(found) for goods, found in texts.items()}


def _title(name: str, specification: str, unit: str) -> str:
    return " | ".join(filter(None, (name, specification, unit)))


def _places(places: list[tuple[str, int]]) -> str:
    rows: defaultdict[str, list[str]] = defaultdict(list)
    for file, row in places:
        rows[file].append(str(row))
    return " ".join(f"{file}:{','.join(numbers)}" for file, numbers in rows.items())


def problems_of(rows: Iterable[tuple[int, MappingRow]]) -> Iterator[tuple[int, str, str]]:
    """Yield (row, English, Chinese) for each numbered row that contradicts one above it."""
    goods: dict[Goods, int] = {}
    items: dict[ItemId, tuple[int, Item]] = {}
    for number, row in rows:
        first = goods.setdefault(row.goods, number)
        if first != number:
            yield number, f"row {first} has the same goods", f"与第 {first} 行的物资相同"
        above, item = items.setdefault(row.item.item, (number, row.item))
        if item != row.item:
            yield (
                number,
                f"item {row.item.item} has another name, unit or category in row {above}",
                f"物品 {row.item.item} 在第 {above} 行的名称、单位或类别不同",
            )
