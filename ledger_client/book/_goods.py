"""Goods as books name them, and which names look as if they meant the same.

Two lines name the same goods when item, specification and unit are equal but for blanks, case and the sign of
multiplication. Anything less is a look-alike: *proposed*, never merged. Letters of the Latin alphabet and
digits that differ never look alike (B125 and B850, S小号 and M中号, 500g and 600g), nor do names whose last
character, the thing itself, differs (手术服 and 手套), nor a pack and a piece.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from ledger_client.book._model import Line, Sentence

_SAME_THING = frozenset("衣服")
"""Last characters that name one thing: 手术衣, 手术服."""

_ONE_PACK = frozenset("箱件")
"""Words that one list uses for one pack (护目镜 200个/箱 in 箱 and in 件). Whether they do, a person says."""

_PIECES = "瓶只个支盒包片粒副双袋枚套把张板件装"
_CONTENTS = re.compile(
    rf"[0-9] ?(?:小盒|小箱|[{_PIECES}])|[0-9] ?/ ?[箱件]|[0-9](?:kg|l)(?![a-z])|(?:ml|g|l)[*x×][0-9]",
    re.IGNORECASE,
)

_SHORTEST = 4  # characters: in a shorter name one other character is another thing (口罩, 面罩)
_TIMES = re.compile(r"(?<=[0-9a-z\u4e00-\u9fff])[x×✕](?=[0-9])", re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class Goods:
    """Goods as a book names them, normalised: what a row of the mapping is looked up by.

    Attributes:
        name: Name without earmark, without blanks, lower case.
        specification: Likewise; empty where there is none.
        unit: The unit's word.
    """

    name: str
    specification: str
    unit: str

    @classmethod
    def of(cls, name: str, specification: str, unit: str) -> Goods:
        """Return the goods that three cleaned texts name."""
        return cls(_plain(name), _plain(specification), unit.casefold())


def goods_of(line: Line) -> Goods:
    """Return the goods of a line."""
    return Goods.of(line.goods, line.specification, line.unit)


def look_alikes(goods: Iterable[Goods]) -> Iterator[tuple[Goods, Goods, Sentence]]:
    """Yield the pairs that a person should look at, with the reason, in sorted order."""
    groups: defaultdict[str, list[Goods]] = defaultdict(list)
    for one in sorted(set(goods)):
        for mark in _marks(one):
            groups[mark].append(one)
    pairs = {pair for group in groups.values() for pair in combinations(group, 2)}
    for first, second in sorted(pairs):
        reason = look_alike(first, second)
        if reason:
            yield first, second, reason


def look_alike(first: Goods, second: Goods) -> Sentence | None:
    """Return why two different goods may be one, None where they do not look alike."""
    if not _units_alike(first, second):
        return None
    whole_first, whole_second = (_letters(one.name + one.specification) for one in (first, second))
    if whole_first == whole_second:
        return _same_text(first, second)
    if first.name == second.name and _states_no_contents(first, second):
        return Sentence(
            "specification-once",
            "same name, contents unknown in both; only one has a specification",
            "品名相同，包装内容均未写明，只有一处有规格",
        )
    if _digits(whole_first) != _digits(whole_second):
        return None
    if first.specification == second.specification:
        return _names_alike(first.name, second.name)
    return None


def stated_contents(specification: str) -> str:
    """Return a specification that states what one pack contains, such as 2000只/箱; else an empty text.

    A size of the pack (52*25.5*35), a strength (0.5g/支) and 大箱 state no contents.
    """
    return specification if _CONTENTS.search(specification) else ""


def distance(first: str, second: str) -> int:
    """Return the edit distance: characters to change, add or leave out to make one text the other."""
    row = list(range(len(second) + 1))
    for i, one in enumerate(first, 1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(second, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (one != other))
    return row[-1]


def _marks(one: Goods) -> set[str]:
    """Return texts of which two goods share one if they can look alike, so that not all pairs are compared.

    Names at distance 1 share what is left when the character that differs is taken out of each.
    """
    name = _letters(one.name)
    near = {name[:i] + name[i + 1 :] for i in range(len(name))}
    return {_letters(one.name + one.specification), _without_brackets(one.name), name, *near}


def _states_no_contents(first: Goods, second: Goods) -> bool:
    """Whether one has no specification and the other's says nothing about contents: unknown in both."""
    given = first.specification or second.specification
    return not (first.specification and second.specification) and not stated_contents(given)


def _units_alike(first: Goods, second: Goods) -> bool:
    return first.unit == second.unit or {first.unit, second.unit} <= _ONE_PACK


def _same_text(first: Goods, second: Goods) -> Sentence:
    if first.unit == second.unit:
        return Sentence(
            "split-differently",
            "same text, divided otherwise between name and specification",
            "文字相同，只是品名与规格的划分不同",
        )
    return Sentence(
        "pack-words",
        f"same text; {first.unit} and {second.unit} may be one pack",
        f"文字相同；“{first.unit}”与“{second.unit}”可能是同一种包装",
    )


def _names_alike(first: str, second: str) -> Sentence | None:
    if _without_brackets(first) == _without_brackets(second):
        return Sentence("brackets", "same name but for what stands in brackets", "除括号内文字外品名相同")
    shorter, longer = sorted((_letters(first), _letters(second)), key=len)
    same_thing = shorter[-1:] == longer[-1:] or {shorter[-1:], longer[-1:]} <= _SAME_THING
    if (
        len(shorter) >= _SHORTEST
        and len(longer) - len(shorter) <= 1
        and same_thing
        and distance(shorter, longer) == 1
    ):
        return Sentence("one-character", "one character differs", "相差一个字")
    return None


def _plain(text: str) -> str:
    return _TIMES.sub("*", "".join(text.split()).casefold())


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def _digits(text: str) -> str:
    """Return the Latin letters and digits of a text: model numbers, sizes and amounts."""
    return "".join(re.findall(r"[0-9a-z]+", text))


def _without_brackets(name: str) -> str:
    return re.sub(r"\(.*?\)", "", name)
