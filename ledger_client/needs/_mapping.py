"""What a person says about a list: who its institutions are, which items its goods are, and the defaults.

Nothing is guessed. An institution is found by all of its four texts, or else by the one row whose texts, as
far as it has any, are the institution's; two such rows, or one such row for two institutions, name nobody.
Goods are found by name and specification, or else by a row for the name alone. A row without a value is a
row of a template that nobody filled in yet, and names nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import product

from ledger_client.book import Goods, Sentence
from ledger_client.identifiers import ConsigneeId, ItemId, SiteId
from ledger_client.needs._model import Institution, NeedsList, Urgency


@dataclass(frozen=True, slots=True)
class InstitutionRow:
    """Who an institution is on the ledger.

    Attributes:
        institution: Its texts; of the place an empty one fits any.
        site: The site that receives for it, None where that is open.
        consignee: The institution as a consignee, None where that is open.
    """

    institution: Institution
    site: SiteId | None = None
    consignee: ConsigneeId | None = None

    @property
    def says_something(self) -> bool:
        """Whether the row names a site or a consignee."""
        return self.site is not None or self.consignee is not None


@dataclass(frozen=True, slots=True)
class GoodsRow:
    """Which item some goods are. Their quantities count base units of the item: that is what the row says.

    Attributes:
        name: The goods as the list writes them, cleaned.
        specification: Likewise; empty for any specification that has no row of its own.
        category: Category (GB/T 38565, 7 digits), None where nothing is said.
        item: The item, None where only the category is said.
    """

    name: str
    specification: str = ""
    category: int | None = None
    item: ItemId | None = None

    @property
    def goods(self) -> Goods:
        """What the row is looked up by: blanks, case and the sign of multiplication make no difference."""
        return Goods.of(self.name, self.specification, "")


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds for every row; what is None is asked for each of them.

    Attributes:
        needed_by: The last day on which the goods are of use.
        urgency: How urgent the rows are.
        reason: A code of `ledger_client.reasons`, 0 for none; it is never asked.
    """

    needed_by: date | None = None
    urgency: Urgency | None = None
    reason: int = 0


@dataclass(frozen=True, slots=True)
class NeedsMapping:
    """A mapping: institutions, goods and defaults."""

    institutions: tuple[InstitutionRow, ...] = ()
    goods: tuple[GoodsRow, ...] = ()
    defaults: Defaults = Defaults()
    _by_goods: dict[Goods, GoodsRow] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_goods", {row.goods: row for row in self.goods})

    def find_institutions(
        self, institutions: Iterable[Institution]
    ) -> dict[Institution, InstitutionRow | Sentence]:
        """Return the row of each institution of a list, or the sentence that says why there is none."""
        named = {row.institution: row for row in self.institutions if row.says_something}
        found: dict[Institution, InstitutionRow | Sentence] = {}
        users: defaultdict[InstitutionRow, list[Institution]] = defaultdict(list)
        for one in dict.fromkeys(institutions):
            if one in named:
                found[one] = named[one]
                continue
            found[one] = fitting = _the_one(one, named)
            if isinstance(fitting, InstitutionRow):
                users[fitting].append(one)
        for loose, several in users.items():
            if len(several) > 1:
                found.update((one, _ambiguous(loose, several)) for one in several)
        return found

    def find_goods(self, name: str, specification: str) -> GoodsRow | None:
        """Return the row for goods as a list writes them, None where nothing is said about them."""
        for wanted in (specification, ""):
            row = self._by_goods.get(Goods.of(name, wanted, ""))
            if row is not None and row.category is not None:
                return row
        return None


def propose_needs_mapping(needs: NeedsList, known: NeedsMapping | None = None) -> NeedsMapping:
    """Return a mapping with a row for every institution and every goods of a list, to be filled in.

    Args:
        needs: The list; of refused rows nothing is proposed.
        known: An earlier mapping; its rows come first and stay as they are, and what they fit gets no row.
    """
    known = known or NeedsMapping()
    named = {row.institution for row in known.institutions}
    sound = dict.fromkeys(entry.institution for entry in needs.entries if entry.fault is None)
    institutions = [InstitutionRow(one) for one in sound if named.isdisjoint(patterns_of(one))]
    names = {row.goods.name for row in known.goods}
    goods: dict[str, GoodsRow] = {}
    for need in needs.rows:
        proposed = GoodsRow(need.item)
        if need.fault is None and proposed.goods.name not in names:
            goods.setdefault(proposed.goods.name, proposed)
    return NeedsMapping((*known.institutions, *institutions), (*known.goods, *goods.values()), known.defaults)


def patterns_of(institution: Institution) -> tuple[Institution, ...]:
    """Return the texts of all rows that fit an institution: its name; of its place all, some or none."""
    place = (institution.province, institution.city, institution.district)
    patterns = (
        Institution(province, city, district, institution.name)
        for province, city, district in product(*((part, "") for part in place))
    )
    return tuple(dict.fromkeys(patterns))


def _the_one(institution: Institution, named: dict[Institution, InstitutionRow]) -> InstitutionRow | Sentence:
    fitting = [named[pattern] for pattern in patterns_of(institution) if pattern in named]
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        return Sentence(
            "institution-unmapped",
            f"the mapping names no institution {institution}; add its site and consignee",
            f"对照表中没有机构“{institution}”；请补充其储备点和领用单位",
        )
    return Sentence(
        "institution-twice",
        f"{len(fitting)} rows of the mapping fit {institution}; keep one, or write its whole place",
        f"对照表中有 {len(fitting)} 行与“{institution}”相符；请保留一行或写全所在地",
    )


def _ambiguous(row: InstitutionRow, fitting: list[Institution]) -> Sentence:
    return Sentence(
        "institution-ambiguous",
        f"{row.institution} in the mapping fits {len(fitting)} institutions; write the place of each",
        f"对照表中的“{row.institution}”与 {len(fitting)} 个机构相符；请分别写明所在地",
    )
