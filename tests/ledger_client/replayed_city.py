"""The facts of a city by the straightforward way: all events up to a block, folded anew in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ledger_client.city import CityFacts
from ledger_client.city_replay import facts_of_state
from ledger_client.events import Log, decode_event
from ledger_client.fold import State, fold_event, memory_state
from ledger_client.index.source import BlockStamp, LogSource


def replayed_facts(source: LogSource, offset: int) -> Iterator[tuple[BlockStamp, CityFacts]]:
    """Give every block of a chain, and what all events up to it add up to."""
    state = memory_state()
    for number in range(source.head() + 1):
        fold_all(state, source.logs(number, number))
        stamp = source.block(number)
        assert stamp is not None
        yield stamp, facts_of_state(state, stamp, offset)


def replayed_at(source: LogSource, offset: int, block: int) -> CityFacts:
    """What all events up to a block add up to."""
    state, stamp = memory_state(), source.block(block)
    assert stamp is not None
    fold_all(state, source.logs(0, block))
    return facts_of_state(state, stamp, offset)


def fold_all(state: State, logs: Iterable[Log]) -> None:
    """Fold what some logs say."""
    for log in logs:
        fold_event(state, decode_event(log))
