"""What a person should look at before a book is recorded. Nothing is dropped: a suspect stays a line.

Rules, and why each is drawn where it is:

`repeated`            one sheet has the line twice: same party, item, specification, unit and quantity. Equal
                      lines are real lines often enough, so it is a question. Lines of nobody in particular
                      (爱心企业（个人）) count only with a quantity above `DISTINCT_QUANTITY`.
`anonymous-repeated`  the rest of those: 口罩, 1 箱, from nobody in particular, many times. Weak, one suspect
                      for all equal lines.
`party-repeated`      an issue sheet lists one recipient in two places on one day, and lines of the two look
                      alike: same unit and quantity, goods look-alike, or the same but for a missing
                      specification. Not on two days: the same again next week is how a ledger looks.
`next-day`            two sheets of one kind, at most `DAYS_APART` days apart, list the same unit and quantity
                      with names that share nearly all characters, and either share `MANY_CHARACTERS` of
                      them or come from the same party with a quantity above `DISTINCT_QUANTITY`.
`outlier`             a quantity above `TIMES_MEDIAN` times the median of its goods and kind, where at least
                      `ENOUGH_LINES` lines have these goods. The median, because one such quantity moves a
                      mean and a deviation along with it.
`earmarked`           the item or donor says 定向; such goods go to their consignee only.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median
from typing import Any, Literal, TypeVar

from ledger_client.book._goods import Goods, goods_of, look_alike
from ledger_client.book._model import UNNAMED_EARMARK, BookSheet, Line, Sentence

Grouped = TypeVar("Grouped")

Rule = Literal["repeated", "anonymous-repeated", "party-repeated", "next-day", "outlier", "earmarked"]

DISTINCT_QUANTITY = 10  # units; above it two equal quantities are seldom chance
DAYS_APART = 3  # days between two notices that may list one delivery
SHARED_CHARACTERS = 0.8  # of the shorter name, for `next-day`
MANY_CHARACTERS = 5  # Chinese characters shared; most generic names (口罩, 医用手套) have fewer
TIMES_MEDIAN = 100
ENOUGH_LINES = 5

_ANONYMOUS = re.compile(r"爱心(?:企业|人士|市民|个人)?|匿名|无名|个人|不详|anonymous|unknown", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a book."""

    file: str
    sheet: str
    row: int

    def __str__(self) -> str:
        return f"{self.file} [{self.sheet}] {self.row}"


@dataclass(frozen=True, slots=True)
class Suspect:
    """One question about one or more lines.

    Attributes:
        rule: Which rule asks.
        places: The lines that it is about, in the order of the books.
        why: What was seen, in words.
        is_weak: Whether chance explains it as well.
    """

    rule: Rule
    places: tuple[Place, ...]
    why: Sentence
    is_weak: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "rule": self.rule,
            "is_weak": self.is_weak,
            "places": [{"file": place.file, "sheet": place.sheet, "row": place.row} for place in self.places],
            "why": str(self.why),
        }


@dataclass(frozen=True, slots=True)
class _Entry:
    sheet: BookSheet
    line: Line

    @property
    def place(self) -> Place:
        return Place(self.sheet.file, self.sheet.sheet, self.line.row)


def find_suspects(sheets: Iterable[BookSheet]) -> list[Suspect]:
    """Return what a person should look at in these sheets, by rule and then in their order."""
    books = [[_Entry(sheet, line) for line in sheet.lines] for sheet in sheets]
    suspects: list[Suspect] = []
    for book in books:
        suspects += _repeated(book)
    for book in books:
        suspects += _party_repeated(book)
    for earlier, later in combinations(books, 2):
        suspects += _next_day(earlier, later)
    entries = [entry for book in books for entry in book]
    return [*suspects, *_outliers(entries), *_earmarked(entries)]


def is_anonymous(party: str) -> bool:
    """Whether a party is nobody in particular, such as 爱心企业(个人)."""
    return all(_ANONYMOUS.fullmatch(part) for part in re.split(r"[()、/,\s]+", party) if part)


def _repeated(book: Sequence[_Entry]) -> Iterator[Suspect]:
    for same in _groups(
        book, lambda e: (e.line.kind, e.line.date, e.line.party, goods_of(e.line), e.line.quantity)
    ):
        if len(same) == 1:
            continue
        line, count = same[0].line, len(same)
        weak = is_anonymous(line.party) and line.quantity <= DISTINCT_QUANTITY
        yield Suspect(
            "anonymous-repeated" if weak else "repeated",
            _places(same),
            Sentence(
                "repeated",
                f"{count} equal lines: {line.item}, {line.quantity} {line.unit}, {line.party}",
                f"{count} 行完全相同：{line.item}，{line.quantity}{line.unit}，{line.party}",
            ),
            weak,
        )


def _party_repeated(book: Sequence[_Entry]) -> Iterator[Suspect]:
    """Compare the blocks of one recipient: rows that follow one another with the same party."""
    issues: list[tuple[int, _Entry]] = []
    block, before = 0, None
    for entry in book:
        block += entry.line.party != before
        before = entry.line.party
        if entry.line.kind == "issue":
            issues.append((block, entry))
    for same in _groups(issues, lambda e: (e[1].line.party, e[1].line.date, e[1].line.quantity)):
        for (block_of_one, one), (block_of_other, other) in combinations(same, 2):
            if block_of_one != block_of_other and _same_goods(goods_of(one.line), goods_of(other.line)):
                yield _listed_twice(one, other)


def _listed_twice(one: _Entry, other: _Entry) -> Suspect:
    line, again = one.line, other.line
    return Suspect(
        "party-repeated",
        (one.place, other.place),
        Sentence(
            "party-repeated",
            f"{line.party} is listed twice, with {line.item} and {again.item}, "
            f"{line.quantity} {line.unit} each",
            f"{line.party}列了两次：{line.item}、{again.item}，均为 {line.quantity}{line.unit}",
        ),
    )


def _same_goods(first: Goods, second: Goods) -> bool:
    """Whether two goods may be one without being equal, which is for `repeated` to ask."""
    if first == second:
        return False
    if look_alike(first, second):
        return True
    unspecified = not (first.specification and second.specification)
    renamed = Goods(first.name, "", first.unit), Goods(second.name, "", second.unit)
    return unspecified and (renamed[0] == renamed[1] or bool(look_alike(*renamed)))


def _next_day(earlier: Sequence[_Entry], later: Sequence[_Entry]) -> Iterator[Suspect]:
    """Compare two sheets goods by goods: names are looked at once, however many lines have them."""
    listed: defaultdict[Hashable, dict[str, list[_Entry]]] = defaultdict(dict)
    for same in _groups(later, _measured_goods):
        line = same[0].line
        listed[line.kind, line.unit, line.quantity][line.goods] = same
    found: list[tuple[_Entry, _Entry]] = []
    for same in _groups(earlier, _measured_goods):
        line = same[0].line
        for goods, others in listed[line.kind, line.unit, line.quantity].items():
            found += _may_be_one(same, others, _shared(line.goods, goods))
    for one, other in sorted(found, key=lambda pair: (pair[0].line.row, pair[1].line.row)):
        if _are_days_apart(one, other):
            yield _listed_next_day(one, other)


def _measured_goods(entry: _Entry) -> Hashable:
    line = entry.line
    return line.kind, line.unit, line.quantity, line.goods


def _may_be_one(ones: list[_Entry], others: list[_Entry], shared: int) -> Iterator[tuple[_Entry, _Entry]]:
    """Yield which lines may be one delivery, of two goods that share so many characters."""
    if not shared or (shared < MANY_CHARACTERS and ones[0].line.quantity <= DISTINCT_QUANTITY):
        return
    named = [entry for entry in others if not is_anonymous(entry.line.party)]
    by_party: defaultdict[str, list[_Entry]] = defaultdict(list)
    for entry in named:
        by_party[entry.line.party].append(entry)
    for one in ones:
        possible = named if is_anonymous(one.line.party) else others
        if shared < MANY_CHARACTERS:
            possible = by_party.get(one.line.party, [])
        yield from ((one, other) for other in possible)


def _listed_next_day(one: _Entry, other: _Entry) -> Suspect:
    line, again = one.line, other.line
    return Suspect(
        "next-day",
        (one.place, other.place),
        Sentence(
            "next-day",
            f"{line.item} ({line.date}) and {again.item} ({again.date}), {line.quantity} {line.unit} each",
            f"{line.item}（{line.date}）与{again.item}（{again.date}），均为 {line.quantity}{line.unit}",
        ),
    )


def _are_days_apart(one: _Entry, other: _Entry) -> bool:
    """Whether the lines are of different days not far apart, or of unknown days in two files."""
    if one.line.date is None or other.line.date is None:
        return one.sheet.file != other.sheet.file
    return 0 < abs((one.line.date - other.line.date).days) <= DAYS_APART


def _shared(one: str, other: str) -> int:
    """Return how many Chinese characters two names share, 0 where they share too few of the shorter one's."""
    first, second = _chinese(one), _chinese(other)
    shared = (first & second).total()
    return shared if shared >= SHARED_CHARACTERS * min(first.total(), second.total()) else 0


def _chinese(text: str) -> Counter[str]:
    return Counter(re.findall(r"[\u3400-\u9fff]", text))


def _outliers(entries: Iterable[_Entry]) -> Iterator[Suspect]:
    for same in _groups(entries, lambda e: (e.line.kind, goods_of(e.line))):
        middle = median(entry.line.quantity for entry in same)
        for entry in same:
            line = entry.line
            if len(same) >= ENOUGH_LINES and line.quantity > TIMES_MEDIAN * middle:
                yield Suspect(
                    "outlier",
                    (entry.place,),
                    Sentence(
                        "outlier",
                        f"{line.item}: {line.quantity} {line.unit}, where the median of {len(same)} lines "
                        f"is {middle:g}",
                        f"{line.item}：{line.quantity}{line.unit}，而 {len(same)} 行的中位数为 {middle:g}",
                    ),
                )


def _earmarked(entries: Iterable[_Entry]) -> Iterator[Suspect]:
    for entry in entries:
        if entry.line.earmark is not None:
            yield Suspect(
                "earmarked", (entry.place,), _earmark_sentence(entry.line.goods, entry.line.earmark)
            )


def _earmark_sentence(goods: str, earmark: str) -> Sentence:
    if earmark == UNNAMED_EARMARK:
        return Sentence("earmarked", f"{goods}: not said for whom", f"{goods}：未写明给谁")
    return Sentence("earmarked", f"{goods}: for {earmark}", f"{goods}：给{earmark}")


def _groups(entries: Iterable[Grouped], key: Any) -> Iterator[list[Grouped]]:
    groups: defaultdict[Hashable, list[Grouped]] = defaultdict(list)
    for entry in entries:
        groups[key(entry)].append(entry)
    yield from groups.values()


def _places(entries: Iterable[_Entry]) -> tuple[Place, ...]:
    return tuple(entry.place for entry in entries)
