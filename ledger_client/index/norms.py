"""What an index has of norms: floors, terms, cycles, overdue counts and emergencies, as of any time.

`at` is always a moment in seconds since 1970. What is said of it follows from what was recorded by then and
from block time alone: a norm that waits is told as waiting, and one that was set later is not told at all. A
moment to come is answered by what is known now.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_
from sqlalchemy.sql.elements import ColumnElement

from ledger_client.allocation import (
    Emergency,
    Terms,
    count_due,
    norm_at,
    norm_set,
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
from ledger_client.index._as_of import (
    Key,
    entries_before,
    later_keys,
    map_of,
    reversed_by,
    words_at,
)
from ledger_client.index.registers import RegisterReader, range_of
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
class CountedAt:
    """The last count of a category at a site that was proved by a time.

    Attributes:
        key: Of the document.
        counted_at: When it is said to have occurred, seconds.
        is_reversed: Whether it was reversed by then, so that it counts no longer.
    """

    key: int
    counted_at: int
    is_reversed: bool

    @property
    def stands_for(self) -> int:
        """The time for which it counts, seconds; 0 where it was reversed."""
        return 0 if self.is_reversed else self.counted_at


@dataclass(frozen=True, slots=True)
class CountState:
    """How a site stands with the counts of a category that has a cycle.

    Attributes:
        site: Where.
        category: 7 digits.
        days: Length of the cycle.
        since: Since when the cycle holds, seconds.
        counted: The last proved count; None where there is none.
        due: The last second at which the count is not overdue; it is stale since the next one.
        is_stale: Whether it is overdue at the time asked about.
    """

    site: int
    category: int
    days: int
    since: int
    counted: CountedAt | None
    due: int
    is_stale: bool


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


class NormReader(RegisterReader):
    """Answers about norms; as in `IndexReader`, `one_state` makes several of them one."""

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
        low, high = range_of(place)
        with self._reading() as connection:
            words = words_at(connection, step, at, lambda column: column.between(low, high))
        wanted = {key: word for key, word in words.items() if about is None or key[1] in about}
        return _told(wanted, at)

    # ------------------------------------------------------------------------------------ counts

    def counted(self, place: int, at: int) -> dict[tuple[int, int], CountedAt]:
        """Return the last count of each category that was proved by `at`, by site and category."""
        low, high = range_of(place)
        with self._reading() as connection:
            table = MAPS_BY_NAME["counted"].table
            known = map_of(connection, "counted", table.c.site.between(low, high))
            found = {key: (count.key, count.counted_at) for key, count in known.items()}
            later = later_keys(connection, NormStep.COUNT, at, lambda column: column.between(low, high))
            for key in later:
                found.pop(key, None)
            for key, entry in entries_before(connection, NormStep.COUNT, at, later):
                found[key] = (entry.count_key, entry.value)
            reversed_ = reversed_by(connection, {key for key, _ in found.values()}, at)
        return {
            place: CountedAt(key, counted_at, key in reversed_)
            for place, (key, counted_at) in sorted(found.items())
        }

    def counts(self, place: int, at: int, categories: Collection[int] | None = None) -> list[CountState]:
        """Return how sites stand with their counts, by site and category, where a cycle is in force.

        Closed sites are told as the contract has them; arguments as of `floors`.
        """
        with self.one_state() as reader:
            cycles = reader.cycles(place, at, categories)
            counted = reader.counted(place, at)
        return [
            _count_state(cycle, counted.get((cycle.subject, cycle.about)), at)
            for cycle in cycles
            if cycle.value
        ]

    def stale(self, place: int, at: int) -> list[CountState]:
        """Return the counts that are overdue at `at` by the contract's rule, by site and category."""
        return [count for count in self.counts(place, at) if count.is_stale]

    # ------------------------------------------------------------------------------------ emergencies

    def emergencies(self, division: int = 0, at: int | None = None) -> list[EmergencySpell]:
        """Return emergencies at a division, below it and above it, the earliest first.

        Args:
            division: Which; 0 for all.
            at: Only those in force at this moment, seconds; None for all, past ones too.
        """
        with self._reading() as connection:
            table = MAPS_BY_NAME["norm_entries"].table
            steps = (int(NormStep.EMERGENCY), int(NormStep.EMERGENCY_END))
            entries = map_of(connection, "norm_entries", table.c.step.in_(steps))
        spells = [spell for spell in spells_of(entries) if _is_related(spell.division, division)]
        return [spell for spell in spells if at is None or spell.is_in_force(at)]

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


def _count_state(cycle: NormAt, counted: CountedAt | None, at: int) -> CountState:
    # The norm in force alone, as a word that nothing waits behind.
    word = norm_set(0, value=cycle.value, from_=cycle.since, time=cycle.since)
    due = count_due(word, counted.stands_for if counted else 0, at) or 0
    return CountState(cycle.subject, cycle.about, cycle.value, cycle.since, counted, due, at > due)


def _is_related(one: int, two: int) -> bool:
    """Return whether one division contains the other."""
    return contains(DivisionId(one), DivisionId(two)) or contains(DivisionId(two), DivisionId(one))
