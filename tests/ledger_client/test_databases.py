"""Real SQLite files; a full disk is SQLite's own page limit, which raises what a full disk raises."""

import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Column, Engine, MetaData, String, Table
from sqlalchemy.exc import IntegrityError, OperationalError

from ledger_client import databases
from ledger_client.databases import (
    DatabaseDamagedError,
    DatabaseFullError,
    DatabaseUnreachableError,
    open_database,
    reading,
    writing,
)

KEPT = MetaData()
Table("words", KEPT, Column("word", String, primary_key=True))


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = open_database(tmp_path / "test.sqlite")
    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE words (word TEXT PRIMARY KEY)")
    return engine


def count(engine: Engine) -> int:
    with reading(engine) as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM words").scalar_one())


class TestOpen:
    def test_refuses_a_missing_directory(self, tmp_path: Path) -> None:
        with pytest.raises(DatabaseUnreachableError, match="No such file or directory") as caught:
            open_database(tmp_path / "none" / "a.sqlite")
        assert caught.value.exit_code == 3

    def test_refuses_what_is_no_database(self, tmp_path: Path) -> None:
        (tmp_path / "a.sqlite").write_bytes(b"this is a letter to somebody" * 100)
        with pytest.raises(DatabaseDamagedError, match="SQLITE_NOTADB"):
            open_database(tmp_path / "a.sqlite")

    @pytest.mark.parametrize("content", ["", "CREATE TABLE letters (text)"])
    def test_refuses_a_file_without_the_tables_that_are_kept(self, content: str, tmp_path: Path) -> None:
        path = tmp_path / "a.sqlite"
        path.touch()
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(content)
        with pytest.raises(DatabaseDamagedError, match="none of its tables"):
            open_database(path, kept=KEPT)
        with closing(sqlite3.connect(path)) as connection:
            names = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema")]
        assert names == (["letters"] if content else [])

    def test_a_new_file_has_its_tables_before_its_name(self, tmp_path: Path) -> None:
        engine = open_database(tmp_path / "a.sqlite", kept=KEPT)
        assert count(engine) == 0
        engine.dispose()
        assert [path.name for path in tmp_path.iterdir()] == ["a.sqlite"]
        assert stat.S_IMODE((tmp_path / "a.sqlite").stat().st_mode) == 0o600
        assert count(open_database(tmp_path / "a.sqlite", kept=KEPT)) == 0

    def test_tables_of_a_younger_version_are_added(self, tmp_path: Path) -> None:
        open_database(tmp_path / "a.sqlite", kept=KEPT).dispose()
        younger = MetaData()
        Table("words", younger, Column("word", String, primary_key=True))
        Table("letters", younger, Column("text", String))
        with reading(open_database(tmp_path / "a.sqlite", kept=younger)) as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM letters").scalar_one() == 0

    def test_pragmas_and_mode(self, tmp_path: Path) -> None:
        kept = MetaData()
        Table("words", kept, Column("word", String))
        engine = open_database(tmp_path / "a.sqlite", secure_delete=True, kept=kept)
        wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
        with reading(engine) as connection:
            assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == databases.BUSY_TIMEOUT
            for pragma, value in wanted.items():
                assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value
        assert stat.S_IMODE((tmp_path / "a.sqlite").stat().st_mode) == 0o600

    def test_what_is_derived_waits_for_no_disk(self, tmp_path: Path) -> None:
        with reading(open_database(tmp_path / "a.sqlite")) as connection:
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 1
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"

    def test_leaves_what_is_open_already_its_locks(self, engine: Engine, tmp_path: Path) -> None:
        """Else the next process that closes the database removes the log from under this one."""
        path, before = tmp_path / "test.sqlite", count(engine)
        open_database(path).dispose()
        other = (
            "import sqlite3, sys; other = sqlite3.connect(sys.argv[1], isolation_level=None); "
            "other.execute(\"INSERT INTO words VALUES ('one')\"); other.close()"
        )
        subprocess.run([sys.executable, "-c", other, str(path)], check=True)
        assert path.with_name("test.sqlite-wal").exists()
        assert count(engine) == before + 1
        engine.dispose()


class TestWriting:
    def test_full_disk_rolls_everything_back(self, engine: Engine) -> None:
        with pytest.raises(DatabaseFullError) as caught, writing(engine) as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
            for number in range(2000):
                connection.exec_driver_sql("INSERT INTO words VALUES (?)", (f"{number:0100}",))
        assert caught.value.exit_code == 3
        assert "the disk is full" in str(caught.value)
        assert count(engine) == 0

    def test_a_damaged_page_is_a_sentence(self, engine: Engine, tmp_path: Path) -> None:
        with writing(engine) as connection:
            for number in range(500):
                connection.exec_driver_sql("INSERT INTO words VALUES (?)", (f"{number:0100}",))
        engine.dispose()
        path = tmp_path / "test.sqlite"
        content = bytearray(path.read_bytes())
        content[4096:-4096] = b"\xff" * (len(content) - 8192)
        path.write_bytes(content)
        with pytest.raises(DatabaseDamagedError, match="SQLITE_CORRUPT"):
            count(open_database(path))

    def test_locked_too_long(self, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(databases, "BUSY_TIMEOUT", 50)
        other = open_database(tmp_path / "test.sqlite")
        with writing(engine), pytest.raises(DatabaseUnreachableError, match="SQLITE_BUSY"), writing(other):
            pass

    def test_mistakes_in_use_are_not_dressed_up(self, engine: Engine) -> None:
        with pytest.raises(OperationalError), reading(engine) as connection:
            connection.exec_driver_sql("SELECT * FROM nothing")
        with pytest.raises(IntegrityError), writing(engine) as connection:
            connection.exec_driver_sql("INSERT INTO words VALUES ('a'), ('a')")

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
        """Read, then write: with deferred transactions one of two such writers fails at once."""

        def add(number: int) -> None:
            for step in range(20):
                with writing(engine) as connection:
                    connection.exec_driver_sql("SELECT count(*) FROM words").scalar_one()
                    connection.exec_driver_sql("INSERT INTO words VALUES (?)", (f"{number}-{step}",))

        threads = [threading.Thread(target=add, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert count(engine) == 80
