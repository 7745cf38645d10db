"""Names that are kept once opened: always those that the store has now."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger_client.databases import writing
from ledger_client.keystores import create_keystore
from ledger_client.records import KnownNames, Record, RecordId, RecordsKey, RecordStore
from ledger_client.records.store import _records
from ledger_client.signers import KeystoreSigner

KEY = RecordsKey(bytes(range(32)))
IDS = [RecordId("site", number) for number in range(1, 1_203)]  # more than one IN list


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> KeystoreSigner:
    path = tmp_path_factory.mktemp("keys") / "keeper.json"
    create_keystore(path, "", demo=True)
    return KeystoreSigner.open(path, "")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "records.db"


@pytest.fixture
def store(path: Path) -> Iterator[RecordStore]:
    with RecordStore.open(path, KEY) as store:
        yield store


def _put(
    store: RecordStore, signer: KeystoreSigner, ids: list[RecordId], en: str = ""
) -> dict[RecordId, bytes]:
    records = [Record.new(id, zh=f"储备点{id.number}", en=en) for id in ids]
    store.put_many(records, signer)
    return {each.id: each.name_digest() for each in records}


def test_are_the_same_as_one_by_one(store: RecordStore, signer: KeystoreSigner) -> None:
    digests = _put(store, signer, IDS)
    known = KnownNames(store)
    for _ in range(2):
        found = known.names(digests)
        assert {id.number: name.zh for id, name in found.items()} == {
            id.number: f"储备点{id.number}" for id in IDS
        }
    for id in (IDS[0], IDS[-1]):
        assert found[id] == store.name(id, digests[id])


def test_of_nothing(store: RecordStore) -> None:
    assert KnownNames(store).names({}) == {}
    assert KnownNames(store).names({IDS[0]: bytes(32)}) == {}


def test_another_digest_on_chain_is_no_name_and_is_asked_anew(
    store: RecordStore, signer: KeystoreSigner
) -> None:
    digests, known = _put(store, signer, IDS[:2]), KnownNames(store)
    assert known.names({**digests, IDS[0]: bytes(32)}).keys() == {IDS[1]}
    assert known.names(digests).keys() == {IDS[0], IDS[1]}
    assert known.names({**digests, IDS[0]: bytes(32)}).keys() == {IDS[1]}


def test_deleted_by_another_process_is_gone_at_once_and_from_memory(
    store: RecordStore, path: Path, signer: KeystoreSigner
) -> None:
    digests, known = _put(store, signer, IDS[:2]), KnownNames(store)
    assert len(known.names(digests)) == 2
    with RecordStore.open(path, KEY) as other:
        other.delete(IDS[0])
    assert known.names(digests).keys() == {IDS[1]}
    assert known._known[IDS[0]].name is None
    assert not any(known._known[IDS[0]].row[1:-1])


def test_stored_anew_is_the_new_one(store: RecordStore, signer: KeystoreSigner) -> None:
    digests, known = _put(store, signer, IDS[:1], en="old"), KnownNames(store)
    assert known.names(digests)[IDS[0]].en == "old"
    again = _put(store, signer, IDS[:1], en="new")
    assert known.names(digests) == {}  # the chain still names the old one
    assert known.names(again)[IDS[0]].en == "new"


def test_damaged_is_no_name(store: RecordStore, signer: KeystoreSigner) -> None:
    digests = _put(store, signer, IDS[:2])
    with writing(store._engine) as connection:
        connection.execute(_records.update().where(_records.c.id == str(IDS[0])).values(content=bytes(40)))
    known = KnownNames(store)
    assert known.names(digests).keys() == known.names(digests).keys() == {IDS[1]}


def test_known_ones_are_not_opened_again(store: RecordStore, signer: KeystoreSigner) -> None:
    digests, known = _put(store, signer, IDS[:2]), KnownNames(store)
    known.names(digests)
    opened = known._known[IDS[0]]
    known.names(digests)
    assert known._known[IDS[0]] is opened
