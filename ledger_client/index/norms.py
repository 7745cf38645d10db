"""What an index has of norms: floors, terms, cycles, overdue counts and emergencies, as of any time.

`at` is always a moment in seconds since 1970. What is said of it follows from what was recorded by then and
from block time alone: a norm that waits is told as waiting, and one that was set later is not told at all. A
moment to come is answered by what is known now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

from sqlalchemy import Engine, and_, select
from sqlalchemy.sql.elements import ColumnElement

from ledger_client.allocation import (
    Emergency,
    Terms,
    norm_at,
    norm_since,
    norm_waiting,
    terms_in,
    upward,
)
from ledger_client.allocation import emergency_over as highest_emergency
from ledger_client.allocation import ruling_terms as terms_ruling
from ledger_client.divisions import DivisionId, contains
from ledger_client.emergencies import EmergencySpell, spells_of
from ledger_client.fold.allocation_records import NormEntry, NormStep
from ledger_client.identifiers import ItemId, SiteId, category_of
from ledger_client.index._as_of import Key, Where, map_of, words_at
from ledger_client.index._counts import (
    CountedAt,
    CountState,
    count_states,
    counted_at_time,
    rows_of_site,
    states_of_rows,
)
from ledger_client.index.registers import RegisterReader, is_site, range_of
from ledger_client.index.tables import MAPS_BY_NAME


@dataclass(frozen=True, slots=True)
class NormAt:
    """A norm as it is at a time.

    Attributes:
        subject: The site of a floor or cycle, the division of terms.
        about: The item of a floor, the mode of terms, the category of a cycle.
        value: Base units of a floor, the value of terms (see `terms`), days of a cycle; 0 where none holds.
        since: Since when, seconds; 0 where nothing was ever set before what waits.
        next_value: What will hold; None where nothing waits.
        next_from: From when, seconds; 0 where nothing waits.
    """

    subject: int
    about: int
    value: int
    since: int
    next_value: int | None
    next_from: int

    @property
    def terms(self) -> Terms | None:
        """Share and notice in the value, of terms; None where none hold."""
        return terms_in(self.value)

    @property
    def next_terms(self) -> Terms | None:
        """Share and notice that will hold, of terms; None where none wait."""
        return None if self.next_value is None else terms_in(self.next_value)


@dataclass(frozen=True, slots=True)
class GivingAt:
    """On which conditions a site gives an item at a time.

    Attributes:
        floor: What it must keep, base units.
        terms: Share and notice of its storage mode; None: it gives nothing.
        terms_division: Whose terms rule; None where none do.
        count: How it stands with the counts of the item's category; None where there is no cycle.
    """

    floor: int
    terms: Terms | None
    terms_division: DivisionId | None
    count: CountState | None

    @property
    def is_stale(self) -> bool:
        """Whether the count of the item's category is overdue."""
        return self.count is not None and self.count.is_stale


__all__ = ["CountState", "CountedAt", "GivingAt", "NormAt", "NormReader"]


class NormReader(RegisterReader):
    """Answers about norms; as in `IndexReader`, `one_state` makes several of them one.

    Args:
        engine: The index's database.
    """

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        # Asked for more than once of one state: for what is marked, and for what is overdue.
        self._told_counts: dict[tuple[int, int], list[CountState]] = {}

    @contextmanager
    def one_state(self) -> Iterator[Self]:
        """Give a reader whose answers are all of one state; within one, the same reader."""
        if self._connection is not None:
            yield self
            return
        with super().one_state() as within:
            yield within

    # ------------------------------------------------------------------------------------ norms

    def floors(self, place: int, at: int, items: Collection[int] | None = None) -> list[NormAt]:
        """Return what sites must keep, by site and item; 0 is told where it was set.

        Args:
            place: A site or a division's prefix, 0 for the country.
            at: Seconds.
            items: Only of these; None for all.
        """
        return self._norms(NormStep.FLOOR, place, at, items)

    def cycles(self, place: int, at: int, categories: Collection[int] | None = None) -> list[NormAt]:
        """Return how often sites count, by site and category; arguments as of `floors`."""
        return self._norms(NormStep.CYCLE, place, at, categories)

    def holding(self, step: NormStep, at: int) -> dict[Key, int]:
        """Return what holds everywhere at a time, where it is not 0, by subject and what it is about.

        Args:
            step: Floors, terms or cycles.
            at: Seconds.
        """
        with self._reading() as connection:
            words = words_at(connection, step, at)
        return {key: value for key, word in words.items() if (value := norm_at(word, at))}

    def terms(self, division: int, at: int) -> list[NormAt]:
        """Return the terms set at a division, below it and above it, by division and mode.

        Args:
            division: Which; 0, below which everything lies, for all.
            at: Seconds.
        """
        with self._reading() as connection:
            words = words_at(connection, NormStep.TERMS, at)
        near = {key: word for key, word in words.items() if _is_related(key[0], division)}
        return _told(near, at)

    def ruling_terms(self, site: int, at: int) -> tuple[DivisionId, Terms] | None:
        """Return the terms that rule at a site, and whose they are; None: it gives nothing."""
        above = upward(DivisionId(site // 1_000))
        with self._reading() as connection:
            words = words_at(connection, NormStep.TERMS, at, lambda column: column.in_(above))
        return terms_ruling(SiteId(site), at, lambda division, mode: words.get((division, mode), 0))

    def giving(self, site: int, item: int, at: int) -> GivingAt:
        """Return on which conditions a site gives an item."""
        with self.one_state() as reader:
            [*floors] = reader.floors(site, at, [item])
            ruling = reader.ruling_terms(site, at)
            [*counts] = reader.counts(site, at, [category_of(ItemId(item))])
        return GivingAt(
            floors[0].value if floors else 0,
            ruling[1] if ruling else None,
            ruling[0] if ruling else None,
            counts[0] if counts else None,
        )

    def _norms(self, step: NormStep, place: int, at: int, about: Collection[int] | None) -> list[NormAt]:
        with self._reading() as connection:
            words = words_at(connection, step, at, _within(place))
        wanted = {key: word for key, word in words.items() if about is None or key[1] in about}
        return _told(wanted, at)

    # ------------------------------------------------------------------------------------ counts

    def counted(self, place: int, at: int) -> dict[tuple[int, int], CountedAt]:
        """Return the last count of each category that was proved by `at`, by site and category."""
        with self._reading() as connection:
            return counted_at_time(connection, at, _within(place))

    def counts(self, place: int, at: int, categories: Collection[int] | None = None) -> list[CountState]:
        """Return how sites stand with their counts, by site and category, where a cycle is in force.

        Closed sites are told as the contract has them; arguments as of `floors`.
        """
        if categories is not None:
            return self._counts(_within(place), at, categories)
        if is_site(place) and self._is_newest(at):
            return self._counts_of_site(place, at)
        with self.one_state() as reader:
            if (place, at) not in reader._told_counts:
                reader._told_counts[place, at] = reader._counts(_within(place), at)
            return list(reader._told_counts[place, at])

    def stale(self, place: int, at: int) -> list[CountState]:
        """Return the counts that are overdue at `at` by the contract's rule, by site and category."""
        return [count for count in self.counts(place, at) if count.is_stale]

    def _is_newest(self, at: int) -> bool:
        """Return whether a time is not before the last block, so that nothing has to be put back."""
        return self._remembered is not None and self._newest <= at

    def _counts_of_site(self, site: int, at: int) -> list[CountState]:
        """Return how a site stands with its counts at a time that is not before the last block."""
        known = {} if self._remembered is None else self._remembered
        rows = known.get(("counts", site))
        if rows is None:
            with self._reading() as connection:
                rows = known["counts", site] = rows_of_site(connection, site)
        return states_of_rows(rows, at)

    def _counts(
        self, where: Where | None, at: int, categories: Collection[int] | None = None
    ) -> list[CountState]:
        with self._reading() as connection:
            return count_states(connection, at, where, categories)

    # ------------------------------------------------------------------------------------ emergencies

    def emergencies(self, division: int = 0, at: int | None = None) -> list[EmergencySpell]:
        """Return emergencies at a division, below it and above it, the earliest first.

        Args:
            division: Which; 0 for all.
            at: Only those in force at this moment, seconds; None for all, past ones too.
        """
        told = {} if self._remembered is None else self._remembered
        spells: list[EmergencySpell] | None = told.get("emergencies")
        if spells is None:
            spells = told["emergencies"] = self._spells()
        return [
            spell
            for spell in spells
            if _is_related(spell.division, division) and (at is None or spell.is_in_force(at))
        ]

    def _spells(self) -> list[EmergencySpell]:
        table, known = MAPS_BY_NAME["norm_entries"].table, MAPS_BY_NAME["emergencies"].table
        steps = (int(NormStep.EMERGENCY), int(NormStep.EMERGENCY_END))
        with self._reading() as connection:
            # Only the journals of divisions that ever had one: a city's floors and counts fill the others.
            where = and_(table.c.subject.in_(select(known.c.division)), table.c.step.in_(steps))
            return spells_of(map_of(connection, "norm_entries", where))

    def emergency_over(self, division: int, at: int) -> DivisionId | None:
        """Return the highest division at or above one that is in an emergency at `at`; None: none is."""
        known = {
            DivisionId(spell.division): Emergency(spell.from_, spell.until, DivisionId(spell.declared_by))
            for spell in self.emergencies(division, at)
        }
        return highest_emergency(DivisionId(division), at, known.get)

    # ------------------------------------------------------------------------------------ history

    def norm_history(
        self, subject: int, step: NormStep | None = None, about: int | None = None
    ) -> dict[int, NormEntry]:
        """Return what was set for a site (15 digits) or a division, by sequence in its journal.

        Args:
            subject: Whose journal.
            step: Only entries of this kind; None for all.
            about: Only of this item, mode or category; None for all.
        """
        table = MAPS_BY_NAME["norm_entries"].table
        where: ColumnElement[bool] = table.c.subject == subject
        if step is not None:
            where = and_(where, table.c.step == int(step))
        if about is not None:
            where = and_(where, table.c.about == about)
        return {sequence: entry for (_, sequence), entry in self._many("norm_entries", where).items()}


def _told(words: dict[Key, int], at: int) -> list[NormAt]:
    found = []
    for (subject, about), word in sorted(words.items()):
        value, from_ = norm_waiting(word, at) or (None, 0)
        found.append(NormAt(subject, about, norm_at(word, at), norm_since(word, at), value, from_))
    return found


def _within(place: int) -> Where | None:
    """Return the condition that a site lies in a place; None for the country, where all do."""
    if not place:
        return None
    low, high = range_of(place)
    return lambda column: column.between(low, high)


def _is_related(one: int, two: int) -> bool:
    """Return whether one division contains the other."""
    return contains(DivisionId(one), DivisionId(two)) or contains(DivisionId(two), DivisionId(one))
