"""A real PostgreSQL: the same failures are the same sentences, writers queue up, readers see one state."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import InternalError

from ledger_client import databases
from ledger_client.databases import (
    DatabaseAddressError,
    DatabaseDriverError,
    DatabaseUnreachableError,
    open_database,
    open_server_database,
    reading,
    writing,
)


@pytest.fixture
def engine(postgresql_database: str) -> Iterator[Engine]:
    engine = open_database(postgresql_database)
    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE words (word TEXT PRIMARY KEY)")
    yield engine
    engine.dispose()


def count(engine: Engine) -> int:
    with reading(engine) as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM words").scalar_one())


class TestOpen:
    @pytest.mark.parametrize(
        "address", ["/var/lib/index.db", "mysql://root@localhost/index", "postgresql://host:port/x"]
    )
    def test_refuses_what_is_no_address(self, address: str) -> None:
        with pytest.raises(DatabaseAddressError, match="postgresql://user@host/name") as caught:
            open_server_database(address)
        assert caught.value.exit_code == 2

    def test_a_refusal_shows_no_password(self) -> None:
        for address in ("mysql://root:hidden@localhost/index", "postgresql://root:hidden@host:port/x"):
            with pytest.raises(DatabaseAddressError) as caught:
                open_server_database(address)
            assert "hidden" not in str(caught.value)
            assert "root" in str(caught.value)

    def test_nobody_answers(self) -> None:
        with pytest.raises(DatabaseUnreachableError, match="refused") as caught:
            open_server_database("postgresql://user:hidden@127.0.0.1:9/name")
        assert caught.value.exit_code == 3
        assert "hidden" not in str(caught.value)

    def test_database_that_is_not_there(self, postgresql: str) -> None:
        with pytest.raises(DatabaseUnreachableError, match='"nowhere" does not exist'):
            open_server_database(postgresql.replace("/postgres?", "/nowhere?"))

    def test_without_its_driver(self, postgresql: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "psycopg", None)
        with pytest.raises(DatabaseDriverError, match="pip install"):
            open_server_database(postgresql)


class TestWriting:
    def test_locked_too_long(self, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(databases, "BUSY_TIMEOUT", 50)
        with writing(engine), pytest.raises(DatabaseUnreachableError, match="55P03"), writing(engine):
            pass

    def test_an_exception_rolls_back(self, engine: Engine) -> None:
        with pytest.raises(KeyError), writing(engine) as connection:
            connection.exec_driver_sql("INSERT INTO words VALUES ('a')")
            raise KeyError
        assert count(engine) == 0

    def test_commits_at_the_end_and_readers_do_not_wait(self, engine: Engine) -> None:
        with writing(engine) as connection:
            connection.exec_driver_sql("INSERT INTO words VALUES ('a')")
            assert count(engine) == 0
        assert count(engine) == 1

    def test_writers_queue_up(self, engine: Engine) -> None:
        """What each of them read still holds when it writes, or two would insert the same word."""

        def add() -> None:
            for _ in range(20):
                with writing(engine) as connection:
                    number = connection.exec_driver_sql("SELECT count(*) FROM words").scalar_one()
                    connection.exec_driver_sql("INSERT INTO words VALUES (%s)", (str(number),))

        threads = [threading.Thread(target=add) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert count(engine) == 80

    def test_a_connection_that_the_server_ended_is_replaced(
        self, engine: Engine, postgresql_database: str
    ) -> None:
        assert count(engine) == 0
        with psycopg.connect(postgresql_database, autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            )
        assert count(engine) == 0


class TestReading:
    def test_sees_one_state(self, engine: Engine) -> None:
        with reading(engine) as connection:
            before = connection.exec_driver_sql("SELECT count(*) FROM words").scalar_one()
            with writing(engine) as other:
                other.exec_driver_sql("INSERT INTO words VALUES ('a')")
            assert connection.exec_driver_sql("SELECT count(*) FROM words").scalar_one() == before
        assert count(engine) == before + 1

    def test_writes_nothing(self, engine: Engine) -> None:
        with pytest.raises(InternalError, match="read-only"), reading(engine) as connection:
            connection.exec_driver_sql("INSERT INTO words VALUES ('a')")
