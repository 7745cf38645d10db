"""The tables' revisions: up and down on both databases, and the same as what is declared."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text
from stock_history import short_story

from ledger_client.databases import open_database, reading, writing
from ledger_client.index import Follower, IndexSchemaError, dump_digest
from ledger_client.index import schema as schema_module
from ledger_client.index.schema import HEAD, bring_up_to_date, downgrade, drop_tables, upgrade
from ledger_client.index.tables import metadata

MIGRATIONS = Path(schema_module.__file__).parent / "migrations"


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    server = request.param == "postgresql"
    location = request.getfixturevalue("postgresql_database") if server else tmp_path / "index.db"
    engine = open_database(location)
    yield engine
    engine.dispose()


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


class TestRefusals:
    def test_revision_of_a_later_program(self, engine: Engine) -> None:
        bring_up_to_date(engine)
        with writing(engine) as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(IndexSchemaError) as caught:
            bring_up_to_date(engine)
        assert (caught.value.stored, caught.value.needed) == ("9999", HEAD)
        assert tables(engine) == set(metadata.tables)

    def test_tables_without_a_revision(self, engine: Engine) -> None:
        with writing(engine) as connection:
            metadata.create_all(connection)
        with pytest.raises(IndexSchemaError, match="rebuild"):
            bring_up_to_date(engine)


class TestRevisions:
    def test_the_newest_is_the_one_that_the_program_knows(self) -> None:
        assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == HEAD

    def test_make_what_is_declared(self, engine: Engine) -> None:
        bring_up_to_date(engine)
        with reading(engine) as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, metadata) == []

    def test_a_missing_column_would_be_noticed(self, engine: Engine) -> None:
        bring_up_to_date(engine)
        with writing(engine) as connection:
            connection.execute(text("ALTER TABLE lots DROP COLUMN status"))
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            [(kind, _, table, column)] = compare_metadata(context, metadata)
        assert (kind, table, column.name) == ("add_column", "lots", "status")

    def test_down_and_up_again(self, engine: Engine) -> None:
        history, _ = short_story()
        Follower(engine, history.chain).follow()
        digest = dump_digest(engine)
        with writing(engine) as connection:
            downgrade(connection, "base")
        assert tables(engine) == set()
        with writing(engine) as connection:
            upgrade(connection)
        assert tables(engine) == set(metadata.tables)
        Follower(engine, history.chain).follow()
        assert dump_digest(engine) == digest

    def test_an_index_of_the_revision_before_is_brought_up_to_date(self, engine: Engine) -> None:
        with writing(engine) as connection:
            upgrade(connection, "0001")
        before = tables(engine)
        assert "documents" in before and "floors" not in before
        history, _ = short_story()
        Follower(engine, history.chain).follow()
        assert tables(engine) == set(metadata.tables)
        with writing(engine) as connection:
            downgrade(connection, "0001")
        assert tables(engine) == before

    def test_what_fails_half_way_leaves_nothing(
        self, engine: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object) -> None:
            raise RuntimeError

        monkeypatch.setattr("alembic.operations.Operations.create_index", fail, raising=False)
        with pytest.raises(RuntimeError):
            bring_up_to_date(engine)
        monkeypatch.undo()
        assert tables(engine) == set()
        bring_up_to_date(engine)
        assert tables(engine) == set(metadata.tables)

    def test_many_at_once_make_them_once(self, engine: Engine) -> None:
        failures: list[BaseException] = []

        def make() -> None:
            own = open_database(engine.url.render_as_string(hide_password=False))
            try:
                bring_up_to_date(own)
            except BaseException as error:
                failures.append(error)
            finally:
                own.dispose()

        if engine.dialect.name == "sqlite":
            make = partial(bring_up_to_date, engine)
        threads = [threading.Thread(target=make) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert tables(engine) == set(metadata.tables)

    def test_are_dropped_whatever_they_are(self, engine: Engine) -> None:
        bring_up_to_date(engine)
        with writing(engine) as connection:
            drop_tables(connection)
        assert inspect(engine).get_table_names() == []
