"""Names searched in memory: what is registered and stored now, to whoever may read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ledger_client.databases import open_database, writing
from ledger_client.fold.records import Consignee, Registered, Site
from ledger_client.index import IndexReader
from ledger_client.index._cache import insert_rows
from ledger_client.index.schema import bring_up_to_date
from ledger_client.index.tables import MAPS_BY_NAME
from ledger_client.records import KnownNames, Record, RecordId, RecordKind, RecordsKey, RecordStore
from ledger_client.search.names import LOOK_AGAIN, NameTable, fold
from ledger_client.signers import EnvironmentSigner

KEY = RecordsKey(bytes(range(32)))
SIGNER = EnvironmentSigner.from_value("TEST_KEY", "11" * 32)
TABLES = {"site": "sites", "supplier": "suppliers", "consignee": "consignees"}


def everything(place: int) -> bool:
    return True


class World:
    """An index, a store and a table over both, with a clock that is set by hand."""

    def __init__(self, path: Path) -> None:
        self.engine = open_database(path / "index.db")
        bring_up_to_date(self.engine)
        self.index = IndexReader(self.engine)
        self.store = RecordStore.open(path / "records.db", KEY)
        self.now = 0.0
        self.table = NameTable(KnownNames(self.store), clock=lambda: self.now)

    def store_name(self, kind: RecordKind, number: int, zh: str, en: str = "") -> bytes:
        record = Record.new(RecordId(kind, number), zh=zh, en=en)
        self.store.put(record, SIGNER)
        return record.name_digest()

    def register(self, kind: RecordKind, number: int, digest: bytes, division: int = 0) -> None:
        spec = MAPS_BY_NAME[TABLES[kind]]
        record = {
            "site": lambda: Site(0, False, False, digest),
            "supplier": lambda: Registered(digest),
            "consignee": lambda: Consignee(division, False, digest),
        }[kind]()
        with writing(self.engine) as connection:
            insert_rows(connection, spec.table, [spec.row(number, record)])

    def add(self, kind: RecordKind, number: int, zh: str, en: str = "", division: int = 0) -> None:
        self.register(kind, number, self.store_name(kind, number, zh, en), division)

    def find(self, text: str, may_read: Callable[[int], bool] = everything, most: int = 20) -> list[str]:
        self.table.refresh(self.index)
        return [str(each) for each in self.table.find(text, may_read, most)]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.store.close()
    world.engine.dispose()


def test_whole_names_then_beginnings_then_the_rest(world: World) -> None:
    for number, zh in ((1, "甲社区东门"), (2, "东门社区"), (3, "东门"), (4, "西门")):
        world.add("supplier", number, zh)
    assert world.find("东门") == ["supplier/3", "supplier/2", "supplier/1"]
    assert world.find("东门", most=2) == ["supplier/3", "supplier/2"]


def test_all_words_in_one_language(world: World) -> None:
    world.add("supplier", 1, "中文 name", "East Market")
    assert world.find("market EAST") == ["supplier/1"]
    assert world.find("market name") == []
    assert world.find("\u3000ｅａｓｔ\u3000 market ") == ["supplier/1"]


def test_blanks_are_no_word(world: World) -> None:
    world.add("supplier", 1, "甲")
    assert world.find(" \u3000 ") == []


def test_places_are_asked_about_and_registers_are_not(world: World) -> None:
    world.add("site", 420102001001101, "甲点")
    world.add("consignee", 7, "甲院", division=420103)
    world.add("supplier", 9, "甲厂")
    asked: list[int] = []

    def may_read(place: int) -> bool:
        asked.append(place)
        return place == 420103

    assert world.find("甲", may_read) == ["consignee/7", "supplier/9"]
    assert sorted(asked) == [420103, 420102001001101]


def test_what_may_not_be_read_takes_no_place_of_what_may(world: World) -> None:
    for number in range(101, 120):
        world.add("site", 420102001001000 + number, "甲点")
    world.add("supplier", 9, "甲厂")
    assert world.find("甲", lambda place: False, most=1) == ["supplier/9"]


def test_a_registration_is_seen_at_once(world: World) -> None:
    assert world.find("甲") == []
    world.add("supplier", 1, "甲")
    assert world.find("甲") == ["supplier/1"]


def test_a_name_that_comes_later_is_seen_when_the_store_is_asked_again(world: World) -> None:
    world.add("supplier", 1, "甲")
    digest = world.store_name("supplier", 2, "甲二")
    record = world.store.get(RecordId("supplier", 2))
    assert record is not None
    # Registered here while the record, of another office, is not stored yet.
    with writing(world.store._engine) as connection:
        connection.exec_driver_sql("DELETE FROM records WHERE id = 'supplier/2'")
    world.register("supplier", 2, digest)
    assert world.find("甲") == ["supplier/1"]
    world.store.put(record, SIGNER)
    world.now += LOOK_AGAIN - 0.1
    assert world.find("甲") == ["supplier/1"]
    world.now += 0.1
    assert world.find("甲") == ["supplier/1", "supplier/2"]


def test_a_deleted_one_leaves_memory_when_the_store_is_asked_again(world: World) -> None:
    world.add("supplier", 1, "甲")
    assert world.find("甲") == ["supplier/1"]
    world.store.delete(RecordId("supplier", 1))
    world.now += LOOK_AGAIN
    assert world.find("甲") == []
    assert world.table._laid_out == ((), ())


def test_many_threads_find_the_same(world: World) -> None:
    for number in range(1, 60):
        world.add("supplier", number, f"甲{number}")
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: world.find("甲5"), range(40)))
    assert all(each == found[0] for each in found)
    assert len(found[0]) == 11


@pytest.mark.parametrize(
    ("text", "folded"), [("ＡＢ c", "ab c"), ("  a\u3000 b ", "a b"), ("Straße", "strasse")]
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded
