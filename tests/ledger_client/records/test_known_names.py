"""Names that are kept decrypted: never longer than the store has them, whoever changes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger_client.keccak import keccak
from ledger_client.records import KnownNames, Name, Record, RecordId, RecordsKey, RecordStore
from ledger_client.signers import EnvironmentSigner

SIGNER = EnvironmentSigner.from_value("TEST", keccak(b"registrar").hex())
KEY = RecordsKey(bytes(32))
ITEM, OTHER = RecordId("item", 1), RecordId("item", 2)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "records.db"


def put(store: RecordStore, id: RecordId, en: str) -> bytes:
    record = Record.new(id, zh="", en=en)
    store.put(record, SIGNER)
    return record.name_digest()


def test_gives_what_the_store_gives(place: Path) -> None:
    with RecordStore.open(place, KEY) as store:
        digest = put(store, ITEM, "rice")
        known = KnownNames(store)
        wanted = {ITEM: digest, OTHER: digest}
        for _ in range(2):
            assert known.names(wanted) == {ITEM: Name("", "rice"), OTHER: None}
            assert known.names({ITEM: bytes(32)}) == {ITEM: None}
        known.close()


def test_opens_each_row_once(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with RecordStore.open(place, KEY) as store, RecordStore.open(place, KEY) as elsewhere:
        digest = put(store, ITEM, "rice")
        known, opened = KnownNames(store), list[RecordId]()
        plain = store.opened
        monkeypatch.setattr(store, "opened", lambda id, row: opened.append(id) or plain(id, row))
        for _ in range(3):
            assert known.names({ITEM: digest}) == {ITEM: Name("", "rice")}
        put(elsewhere, OTHER, "flour")  # the store changed, this row did not
        assert known.names({ITEM: digest}) == {ITEM: Name("", "rice")}
        assert opened == [ITEM]
        known.close()


@pytest.mark.parametrize("is_same_store", [True, False])
def test_a_deleted_name_is_not_given_again(place: Path, *, is_same_store: bool) -> None:
    with RecordStore.open(place, KEY) as store, RecordStore.open(place, KEY) as elsewhere:
        digest = put(store, ITEM, "rice")
        known = KnownNames(store)
        assert known.names({ITEM: digest}) == {ITEM: Name("", "rice")}
        (store if is_same_store else elsewhere).delete(ITEM)
        assert known.names({ITEM: digest}) == {ITEM: None}
        known.close()


def test_a_replaced_name_is_the_new_one(place: Path) -> None:
    with RecordStore.open(place, KEY) as store, RecordStore.open(place, KEY) as elsewhere:
        before = put(store, ITEM, "rice")
        known = KnownNames(store)
        assert known.names({ITEM: before}) == {ITEM: Name("", "rice")}
        after = put(elsewhere, ITEM, "brown rice")
        assert known.names({ITEM: before}) == {ITEM: None}
        assert known.names({ITEM: after}) == {ITEM: Name("", "brown rice")}
        known.close()
