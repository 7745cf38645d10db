"""Histories for traces: everything that can happen to lots, at random, and an index that read it."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

from stock_history import ITEM, PACK, SITES, History, goods, missing

from ledger_client.databases import open_database
from ledger_client.documents import Kind
from ledger_client.events import DocumentRecorded, decode_event
from ledger_client.fold import State, fold_event, memory_state
from ledger_client.index import Follower
from ledger_client.index.traces import TraceReader
from ledger_client.lines import Line

ONE, TWO, THREE, DISPOSAL = SITES


def indexed(history: History, directory: Path) -> TraceReader:
    """Return a reader of an index that read the whole history."""
    engine = open_database(directory / "index.db")
    Follower(engine, history.chain).follow()
    return TraceReader(engine)


def folded(history: History) -> State:
    """Fold the whole history in memory."""
    state = memory_state()
    for log in history.chain.logs(0, history.chain.head()):
        fold_event(state, decode_event(log))
    return state


def random_history(seed: int, documents: int) -> History:
    """Return a history in which goods move, are lost, come back, are repacked and reversed, at random."""
    random, history = Random(seed), History()
    history.set_up()
    for site in SITES:
        history.open(site, [(goods(f"opening {site}"), 300), (goods(f"packs {site}", PACK), 200)])
    history.seal()
    acts = _Acts(history, random)
    for _ in range(documents):
        random.choice(acts.every)()
        history.seal()
    return history


class _Acts:
    """One document, or one consignment to its end or not, of what a site holds."""

    def __init__(self, history: History, random: Random) -> None:
        self._history, self._random = history, random
        self._items: dict[int, int] = {}
        for site in SITES:
            self._items |= {goods(f"opening {site}").lot_id: ITEM, goods(f"packs {site}", PACK).lot_id: PACK}
        self.every = [
            self.receive,
            self.hand_over,
            self.hand_over,
            self.issue,
            self.write_off,
            self.count,
            self.repack,
            self.consign,
            self.consign,
            self.reverse,
        ]

    def _pick(self, item: int | None = None) -> tuple[int, int, int] | None:
        """Return a site, a lot that it holds, and some of that."""
        places = [
            place
            for place, units in self._history.held.items()
            if units > 0 and (item is None or self._items[place[1]] == item)
        ]
        if not places:
            return None
        site, lot = self._random.choice(places)
        return site, lot, self._random.randint(1, self._history.held[site, lot])

    def _other(self, site: int) -> int:
        return self._random.choice([each for each in SITES if each != site])

    def receive(self) -> None:
        lot = goods(f"batch {self._random.randint(1, 9)}")
        self._items[lot.lot_id] = ITEM
        self._history.receive(self._random.choice(SITES), lot, self._random.randint(1, 400), rejected=2)

    def hand_over(self) -> None:
        if found := self._pick():
            site, lot, units = found
            self._history.hand_over(site, self._other(site), [(lot, units)])

    def issue(self) -> None:
        if found := self._pick():
            self._history.issue(*found)

    def write_off(self) -> None:
        if found := self._pick():
            self._history.write_off(*found)

    def count(self) -> None:
        if found := self._pick():
            site, lot, _ = found
            held = self._history.held[site, lot]
            self._history.count(site, lot, max(0, held + self._random.randint(-5, 5)), held)

    def repack(self) -> None:
        if found := self._pick(PACK):
            site, lot, units = found
            output = goods(f"pieces {self._random.randint(1, 3)}")
            self._items[output.lot_id] = ITEM
            self._history.repack(site, lot, units, output, 10 * units)

    def reverse(self) -> None:
        if found := self._pick():
            site, lot, units = found
            if self._random.random() < 0.5:
                original = self._history.issue(site, lot, units)
                effects = {(site, lot): units}
            else:
                original = self._history.dispatch(site, self._other(site), [(lot, units)])
                effects = {(site, lot): units}
            self._history.seal()
            self._history.reverse(original, effects)

    def consign(self) -> None:
        """Dispatch two lots where there are two, and go as far as chance has it."""
        found = self._pick()
        if found is None:
            return
        history, random = self._history, self._random
        site, lot, units = found
        lots = [(lot, units)]
        second = [(each, held) for (place, each), held in history.held.items() if place == site and held > 0]
        lots += [each for each in second[:1] if each[0] != lot]
        dispatched = history.dispatch(site, self._other(site), sorted(lots))
        history.seal()
        how = random.random()
        if how < 0.2:
            return
        if how < 0.4:
            history.answer(Kind.ACCEPTANCE, dispatched, (), dict(lots))
            return
        if how < 0.5:
            history.answer(Kind.RETURN, dispatched, (), dict(lots))
            return
        lacking, returning = units // 3, units // 4
        exceptions = [missing(lot, lacking)] * bool(lacking)
        if how < 0.6:
            if exceptions:
                history.answer(Kind.CONTEST, dispatched, exceptions)
            return
        exceptions += [Line(lot, returning, 2)] * bool(returning)
        arrives = {each: held for each, held in lots if each != lot} | {lot: units - lacking - returning}
        history.answer(Kind.ACCEPTANCE, dispatched, exceptions, arrives)
        history.seal()
        if returning and how < 0.9:
            self._take_back(dispatched, lot, returning)
        if lacking and how > 0.7:
            history.settle(dispatched, lot, lacking, random.choice([1, 2, 3]))

    def _take_back(self, dispatched: DocumentRecorded, lot: int, returning: int) -> None:
        gone = returning // 2
        exceptions: list[Any] = [missing(lot, gone, 3)] * bool(gone)
        self._history.answer(Kind.RETURN_ACCEPTANCE, dispatched, exceptions, {lot: returning - gone})
        self._history.seal()
