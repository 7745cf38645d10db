"""Threat 15 over the whole client: kill −9 anywhere leaves what was acknowledged, once and everywhere."""

import random
import time
from multiprocessing.context import ForkServerContext
from pathlib import Path

import crash_work
import pytest
from crash_checks import KilledOffice
from crash_points import POINTS, Kill
from crash_rounds import forked_processes, kill_at_point, kill_at_random, kill_holder
from facade import START, found

from ledger_client.embedded import ManualClock
from ledger_client.home import Home
from ledger_client.ledger import Ledger

SEEDS = [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 5))]
SET_UPS = 6
KILLS = 10  # a seed: with those of slow runs, fifty at random moments


@pytest.fixture(scope="module")
def processes() -> ForkServerContext:
    return forked_processes()


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> KilledOffice:
    return KilledOffice.found(tmp_path_factory.mktemp("founded") / "home")


@pytest.fixture
def office(founded: KilledOffice, tmp_path: Path) -> KilledOffice:
    return founded.copied(tmp_path / "home")


@pytest.mark.parametrize("point", POINTS)
def test_threat_15_killed(point: str, office: KilledOffice, processes: ForkServerContext) -> None:
    kill_at_point(office, processes, "first", Kill(point))
    # Then with something acknowledged before.
    result = kill_at_point(office, processes, "later", Kill(point, 4))
    assert result.acknowledged > 0


@pytest.mark.parametrize("seed", SEEDS)
def test_threat_15_killed_at_random_moments(
    seed: int, office: KilledOffice, processes: ForkServerContext
) -> None:
    rng = random.Random(seed)
    kills, acknowledged = 0, 0
    while kills < KILLS:
        times = rng.choice((1, 1, 2))
        acknowledged += kill_at_random(office, processes, f"{kills}", rng, times).acknowledged
        kills += times
    # It did work between the kills, or nothing was tried.
    assert acknowledged > KILLS


def test_threat_15_killed_while_a_ledger_is_set_up(tmp_path: Path, processes: ForkServerContext) -> None:
    """Whatever is there already is used; nothing has to be removed first."""
    rng, began = random.Random(0), time.monotonic()
    crash_work.set_up(tmp_path / "measured")
    longest = time.monotonic() - began
    for number in range(SET_UPS):
        path = tmp_path / str(number)
        for _ in range(2):
            process = processes.Process(target=crash_work.set_up, args=(path,))
            process.start()
            time.sleep(rng.uniform(0.02, longest))
            process.kill()
            process.join()
        if not Home(path).deployment.exists():
            crash_work.set_up(path)
        with Ledger.open(Home(path), clock=ManualClock(START)) as ledger:
            found(ledger)


def test_threat_15_killed_while_it_holds_the_chain_for_others(
    office: KilledOffice, processes: ForkServerContext
) -> None:
    rng = random.Random(0)
    kill_holder(office, processes, "random", rng)
    kill_holder(office, processes, "block", rng, Kill("before chain block", 6))
    # Its number stands in the way of the others, who were there before it died.
    kill_holder(office, processes, "stored", rng, Kill("after outbox store", 40))
