"""Kill −9 of PostgreSQL, its first process or the one that answers, while the server is asked.

Answers that cannot be given are refusals with a sentence, nothing else fails, and everything goes on once the
database is back: answers, the follower, the processes that make pages, and streams.
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from event_streams import Following
from killed import (
    CARD,
    RECORDED,
    Answered,
    Writer,
    asking,
    assert_whole,
    environment_in,
    require_gone,
    wait_for,
    wait_for_documents,
)
from postgresql import KillableServer, killable_postgresql, new_database
from processes import STOPS_WITHIN, Served, get, start
from served import account_of, copy_of

from api.settings import page_processes_for
from ledger_client.databases import DatabaseUnreachableError
from ledger_client.demo.cast import EAST_GOVERNMENT
from ledger_client.home import Home

# `scripts/test -m slow tests/api/test_database_killed.py`: a minute of processor
pytestmark = pytest.mark.slow

DEATHS = 4

PATHS = (
    CARD,
    "/v1/stock/totals/420102",
    "/ready",
    "/v1/sites?division=42",
    f"/v1/stock/on-hand/{EAST_GOVERNMENT}",
    "/v1/search?q=420102",
    "/v1/documents?place=0&limit=5",
)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return environment_in(tmp_path_factory.mktemp("packages"))


@pytest.fixture(scope="module")
def database() -> Iterator[KillableServer]:
    with killable_postgresql() as server:
        yield server


@pytest.fixture
def home(city: Home, tmp_path: Path, database: KillableServer) -> Iterator[Home]:
    home = copy_of(city, tmp_path / "home")
    home.use_index(new_database(database.address))
    yield home
    database.start()  # whatever a test that failed has left
    require_gone(home)


@contextmanager
def streaming(served: Served, key: str) -> Iterator[list[int]]:
    """Listen to the stream of new documents all the while; gives their numbers, up to the last writer's."""
    numbers = list[int]()

    def listen(stream: Following) -> None:
        numbers.extend(each.number for each in stream.take(RECORDED, STOPS_WITHIN))

    with Following(served.address, key) as stream:
        thread = threading.Thread(target=listen, args=(stream,))
        thread.start()
        yield numbers
        thread.join()


def require_refusals_alone(answers: Sequence[Answered]) -> None:
    """Require that whatever was not answered was refused with a sentence, and that there was both."""
    refused = [each for each in answers if each.status != 200]
    assert 0 < len(refused) < len(answers)
    for each in refused:
        each.require_refusal()


def require_quiet(served: Served) -> None:
    """Require that the server ends as always, and that nothing of it has written a stack trace meanwhile."""
    assert served.stop() == (0, "stopped\n")
    assert "Traceback" not in served.log.read_text(encoding="utf-8")
    assert not served.logged("error")


def ask(served: Served, key: str, path: str, answers: list[Answered]) -> None:
    answers.append(Answered(path, *get(f"{served.address}{path}", key)))


def all_answer(served: Served, key: str) -> bool:
    return all(get(f"{served.address}{each}", key)[0] == 200 for each in PATHS)


def waiting_for_locks(home: Home) -> list[int]:
    """Return the processes of the database of a home that wait for a lock of somebody else."""
    query = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with psycopg.connect(str(home.index_location)) as connection:
        return [process for (process,) in connection.execute(query)]


def backend_asked_last(home: Home) -> int:
    """Return the process that was asked last in the database of a home, rather one that answers yet."""
    query = (
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "ORDER BY state = 'active' DESC, query_start DESC LIMIT 1"
    )
    with psycopg.connect(str(home.index_location)) as connection:
        [process] = connection.execute(query).fetchall()
    return int(process[0])


def is_back(home: Home) -> bool:
    try:
        psycopg.connect(str(home.index_location)).close()
    except psycopg.OperationalError:
        return False
    return True


def test_the_first_process_dies(
    environment: dict[str, str], home: Home, tmp_path: Path, database: KillableServer
) -> None:
    served = Served.start(environment, home.path)
    key = account_of(home, 0)
    wait_for(served.is_ready)
    beside = served.children()
    with asking(served, key, PATHS) as answers, streaming(served, key) as numbers:
        wait_for(lambda: len(answers) > len(PATHS))
        writer = Writer(environment, home)
        wait_for(lambda: len(writer.keys) >= 2)
        database.kill()
        began = len(answers) + 1  # one may be under way
        wait_for(lambda: len(answers) > began + 2 * len(PATHS))
        down = answers[began : began + 2 * len(PATHS)]
        database.start()
        keys = writer.finish()
        wait_for_documents(home, keys)
        wait_for(lambda: all_answer(served, key))
        back = len(answers) + 1
        wait_for(lambda: len(answers) > back + len(PATHS))
    assert {each.status for each in down} == {503}
    assert {each.status for each in answers[back:]} == {200}
    require_refusals_alone(answers)
    assert len(numbers) == len(set(numbers)) == RECORDED
    assert served.children() == beside  # they waited for it
    require_quiet(served)
    assert_whole(home, keys, tmp_path)


def test_whoever_answers_dies(environment: dict[str, str], home: Home, tmp_path: Path) -> None:
    """PostgreSQL then ends all connections and comes back to what was committed."""
    chance = random.Random(seed := random.randrange(1 << 32))
    print(f"seed {seed}")
    served = Served.start(environment, home.path)
    key = account_of(home, 0)
    wait_for(served.is_ready)
    with asking(served, key, PATHS) as answers, streaming(served, key) as numbers:
        wait_for(lambda: len(answers) > len(PATHS))
        writer = Writer(environment, home)
        for _ in range(DEATHS):
            time.sleep(chance.uniform(0, 1.0))
            os.kill(backend_asked_last(home), signal.SIGKILL)
            wait_for(lambda: is_back(home))
        keys = writer.finish()
        wait_for_documents(home, keys)
        wait_for(lambda: all_answer(served, key))
    require_refusals_alone(answers)
    assert len(numbers) == len(set(numbers)) == RECORDED
    require_quiet(served)
    assert_whole(home, keys, tmp_path)


def test_whoever_answers_dies_in_the_middle(environment: dict[str, str], home: Home) -> None:
    """An answer that waits for a lock, so that its process is killed while it answers."""
    served = Served.start(environment, home.path)
    key = account_of(home, 0)
    wait_for(served.is_ready)
    for path in (CARD, "/ready"):
        asked = list[Answered]()
        with psycopg.connect(str(home.index_location)) as lock:
            lock.execute("LOCK TABLE cursor IN ACCESS EXCLUSIVE MODE")
            thread = threading.Thread(target=ask, args=(served, key, path, asked))
            thread.start()
            wait_for(lambda: bool(waiting_for_locks(home)))
            for each in waiting_for_locks(home):
                with suppress(ProcessLookupError):
                    os.kill(each, signal.SIGKILL)
            with suppress(psycopg.OperationalError):
                lock.rollback()
        thread.join()
        if asked[0].status != 200:  # or it was made once more, when the database was back
            asked[0].require_refusal()
        wait_for(lambda: all_answer(served, key))
    require_quiet(served)


def test_what_runs_beside_dies_too_and_comes_back(
    environment: dict[str, str], home: Home, tmp_path: Path, database: KillableServer
) -> None:
    """Follower and page processes are started again in vain until the database is back."""
    served = Served.start(environment, home.path)
    key = account_of(home, 0)
    wait_for(served.is_ready)
    wait_for(lambda: bool(served.pages()) or not page_processes_for(os.cpu_count() or 1))
    database.kill()
    for each in (served.child("follower"), *served.pages()):
        os.kill(each, signal.SIGKILL)
    keys = Writer(environment, home).finish()
    for path in PATHS:
        Answered(path, *get(f"{served.address}{path}", key)).require_refusal()
    database.start()
    wait_for_documents(home, keys)
    wait_for(lambda: all_answer(served, key))
    if page_processes_for(os.cpu_count() or 1):
        wait_for(lambda: bool(served.pages()))
    warned = [each for each in served.warned() if "started again" in each]
    assert any("follower" in each and "cannot be used" in each for each in warned)
    assert not served.pages() or any("page process" in each and "cannot be used" in each for each in warned)
    require_quiet(served)
    assert_whole(home, keys, tmp_path)


def test_a_server_that_starts_without_it_says_so(
    environment: dict[str, str], home: Home, database: KillableServer
) -> None:
    database.kill()
    try:
        process = start(environment, home.path, "--port", "0")
        _, errors = process.communicate(timeout=STOPS_WITHIN)
    finally:
        database.start()
    assert process.returncode == DatabaseUnreachableError.exit_code
    assert "cannot be used" in errors
    assert "Traceback" not in errors
