"""The facts of a city as of any block, from an index that read on: the same as all events folded up to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from allocation_history import DAY, MASKS, ONE, STREET, THREE, TWO, allocated, whole_story
from benches.city_events import CityHistory, CitySize
from replayed_city import replayed_facts
from sqlalchemy import Engine
from stock_history import PACK, Chain, goods, random_documents, short_story

from ledger_client import events
from ledger_client.addresses import address_from_bytes
from ledger_client.city import BlockUnreadError, facts_of_block, facts_of_index
from ledger_client.databases import open_database
from ledger_client.documents import CHINA_OFFSET, Kind
from ledger_client.events import DocumentRecorded
from ledger_client.index import Follower, rebuild
from ledger_client.index.source import BlockStamp, LogSource
from ledger_client.lines import Line
from ledger_client.recheck import sites_since

AUTHORITY = address_from_bytes(b"\x99" * 20)


def indexed(path: Path, source: LogSource, until: int | None = None) -> Engine:
    engine = open_database(path / "index.db")
    Follower(engine, source).follow(until)
    return engine


def require_same(engine: Engine, source: LogSource, every: int = 1) -> None:
    """Compare what the index says of each `every`th block, and of the last, with all events up to it."""
    last = source.head()
    for stamp, expected in replayed_facts(source, CHINA_OFFSET):
        if stamp.number % every == 0 or stamp.number == last:
            since = sites_since(source.logs(stamp.number + 1, last))
            assert facts_of_block(engine, stamp, CHINA_OFFSET, since) == expected, stamp
    assert facts_of_index(engine, CHINA_OFFSET) == expected


def all_kinds() -> Chain:
    return short_story()[0].chain


def movements() -> Chain:
    history = short_story()[0]
    random_documents(history, 150, seed=7)
    return history.chain


def every_event() -> Chain:
    return whole_story()[0].history.chain


@pytest.mark.parametrize("story", [all_kinds, movements, every_event])
def test_stories_in_which_everything_occurs(tmp_path: Path, story: Callable[[], Chain]) -> None:
    chain = story()
    require_same(indexed(tmp_path, chain), chain)


@pytest.mark.parametrize("seed", range(3))
def test_a_city(tmp_path: Path, seed: int) -> None:
    size = CitySize(sites=24, items=4, categories=6, requests=30, past=60, documents=60)
    history = CityHistory(seed, size)
    history.write()
    require_same(indexed(tmp_path, history.chain), history.chain, every=5)
    found = facts_of_index(indexed(tmp_path, history.chain), CHINA_OFFSET)
    assert found.goods and found.stale and found.pending and found.reserved
    assert len(found.requests) > size.requests


def test_on_a_server(postgresql_database: str) -> None:
    engine = open_database(postgresql_database)
    for chain in (every_event(), all_kinds()):
        rebuild(engine, chain)
        require_same(engine, chain, every=3)
    engine.dispose()


# ---------------------------------------------------------------------------------------------- at random


class _Chance:
    """Acts on a ledger at random, within what the contracts allow."""

    def __init__(self, seed: int) -> None:
        self.story = allocated()
        self._random = Random(seed)
        self._sent: list[tuple[int, DocumentRecorded]] = []
        self._closed: set[int] = set()
        self._registered = 0
        self.story.cycle(ONE, 0)
        self.story.seal()

    def act(self) -> None:
        acts = [self._ask, self._ask, self._propose, self._propose, self._approve, self._approve, self._send]
        acts += [self._send, self._answer, self._take_back, self._end, self._norm, self._stock, self._hold]
        self._random.choice([*acts, self._site])()
        self.story.seal(self._random.choice((1, 60, DAY // 2)))

    def _ask(self) -> None:
        self.story.ask(self._random.choice((TWO, THREE)), self._random.randint(1, 60), days=4)

    def _propose(self) -> None:
        open_ = [key for key in self.story.requests if self._is_open(key)]
        if open_:
            self.story.propose(self._random.choice(open_), ONE, [(MASKS.lot_id, self._random.randint(1, 20))])

    def _is_open(self, key: int) -> bool:
        kept = self.story.requests[key]
        is_over = self.story.now > kept.asking.needed_by
        return not kept.withdrawn and not is_over and kept.accepted < kept.asking.quantity

    def _one(self, *states: str) -> int | None:
        some = [key for key, each in self.story.proposals.items() if each.state in states]
        return self._random.choice(some) if some else None

    def _approve(self) -> None:
        key = self._one("proposed")
        if key is None or not self._is_open(self.story.proposals[key].request):
            return
        offered = self.story.proposals[key]
        kept = self.story.requests[offered.request]
        if offered.remaining <= kept.asking.quantity - kept.accepted - kept.promised:
            self.story.approve(key, self._division(key))

    def _division(self, key: int) -> int:
        receiver = self.story.requests[self.story.proposals[key].request].asking.site
        return STREET if receiver == TWO else 4201

    def _send(self) -> None:
        key = self._one("approved", "withdrawn")
        if key is None or key not in self._approved() or not self.story.proposals[key].remaining:
            return
        kind = self._random.choice((Kind.DISPATCH, Kind.HAND_OVER))
        units = self._random.randint(1, self.story.proposals[key].remaining)
        document = self.story.send(key, units, kind)
        self.story.seal()
        self.story.show(key, document)
        self._sent.append((key, document))

    def _approved(self) -> set[int]:
        """Proposals that were approved at any time: whatever was sent for them may be shown."""
        shown = {key for key, _, _ in self.story.shown.values()}
        return shown | {key for key, each in self.story.proposals.items() if each.state == "approved"}

    def _answer(self) -> None:
        waiting = [each for each in self._sent if each[1].kind is Kind.DISPATCH]
        if waiting:
            key, document = waiting[0]
            units = self.story.shown[document.key][2]
            answer = self.story.answer(Kind.ACCEPTANCE, document)
            self.story.seal()
            self.story.show(key, answer, units)
            self._sent.remove((key, document))

    def _take_back(self) -> None:
        if self._sent:
            _, document = self._sent.pop()
            self.story.reverse(document)
            self.story.seal()
            self.story.show_reversed(document)

    def _end(self) -> None:
        key = self._one("proposed", "approved")
        if key is None:
            return
        if self.story.proposals[key].state == "proposed" and self._random.random() < 0.5:
            self.story.reject(key, self._division(key))
            return
        self.story.withdraw(key)
        request = self.story.proposals[key].request
        if self._random.random() < 0.3 and self._is_open(request):
            self.story.withdraw_request(request)

    def _norm(self) -> None:
        chance, ahead = self._random, self._random.choice((0, DAY))
        match chance.randint(0, 3):
            case 0:
                self.story.floor(TWO, chance.randint(0, 90))
            case 1:
                self.story.floor(ONE, chance.randint(0, 90), PACK, ahead)
            case 2:
                self.story.terms(4201, 2, chance.randint(0, 9_000), 3, ahead)
            case 3:
                self.story.cycle(THREE, chance.choice((0, 1, 3)), ahead=ahead)

    def _stock(self) -> None:
        chance, history = self._random, self.story.history
        batch = goods(f"batch {chance.randint(1, 9)}")
        history.receive(chance.choice((TWO, THREE)), batch, chance.randint(1, 90))
        counted = history.held[ONE, MASKS.lot_id]
        history.count(ONE, MASKS.lot_id, counted, counted)

    def _hold(self) -> None:
        history, held = self.story.history, self.story.history.held
        there = [(site, lot) for (site, lot), units in held.items() if units and lot != MASKS.lot_id]
        if there:
            site, lot = self._random.choice(there)
            kind = self._random.choice((Kind.HOLD, Kind.RELEASE, Kind.RECALL, Kind.LIFT))
            if kind in (Kind.RECALL, Kind.LIFT):
                history.record(kind, [Line(lot, 0)])
            else:
                history.status(kind, site, [lot])

    def _site(self) -> None:
        chance = self._random
        if chance.random() < 0.5 and len(self._closed) < 2:
            site = chance.choice((THREE, 420106001003101))
            if site not in self._closed:
                self._closed.add(site)
                self.story.history.emit(
                    events.SiteClosed, site=site, successor=0, authority=AUTHORITY, authority_division=42
                )
            return
        self._registered += 1
        self.story.history.emit(
            events.SiteRegistered,
            site=420106003000101 + 1_000 * self._registered,
            authority=AUTHORITY,
            authority_division=0,
            disposal=chance.random() < 0.5,
            name_digest=bytes(32),
        )


@pytest.mark.parametrize("seed", range(8))
def test_at_random(tmp_path: Path, seed: int) -> None:
    chance = _Chance(seed)
    for _ in range(120):
        chance.act()
    chain = chance.story.history.chain
    require_same(indexed(tmp_path, chain), chain)


def test_a_block_that_the_index_has_not_read(tmp_path: Path) -> None:
    chain = all_kinds()
    engine = indexed(tmp_path, chain, until=5)
    stamp: BlockStamp = chain.stamps[6]
    with pytest.raises(BlockUnreadError, match=r"block 6 .* block 5"):
        facts_of_block(engine, stamp, CHINA_OFFSET, sites_since([]))
