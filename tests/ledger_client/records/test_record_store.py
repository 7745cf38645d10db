"""Threat 23 and the records of `domain.md`, on real SQLite files."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ledger_client.databases import DatabaseFullError, DeletionUnfinishedError
from ledger_client.identifiers import SiteId
from ledger_client.records import (
    BookSaltDeletedError,
    Record,
    RecordAnswer,
    RecordDamagedError,
    RecordDeletedError,
    RecordId,
    RecordSignatureError,
    RecordsKey,
    RecordsKeyWrongError,
    RecordStore,
    record_digest,
)
from ledger_client.signers import EnvironmentSigner

KEY = RecordsKey(bytes(range(32)))
SIGNER = EnvironmentSigner.from_value("TEST_KEY", "11" * 32)
STRANGER = EnvironmentSigner.from_value("TEST_KEY", "22" * 32)
ID = RecordId("site", 420106001001101)
DOCUMENT = RecordId("document", 2**248 - 1)
SITE = SiteId(420106001001101)
RECORD = Record.new(ID, zh="某社区储备点", en="A community's site", body={"contact": "某甲 000-0000"})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "records.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[RecordStore]:
    with RecordStore.open(path, KEY) as store:
        yield store


def edit(path: Path, statement: str, *values: Any) -> None:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute(statement, values).rowcount == 1
        connection.commit()


def bytes_on_disk(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(path.parent.glob(path.name + "*")))


class TestOpen:
    def test_refuses_another_key(self, store: RecordStore, path: Path) -> None:
        with pytest.raises(RecordsKeyWrongError) as caught:
            RecordStore.open(path, RecordsKey(bytes(32)))
        assert caught.value.exit_code == 3
        assert str(path) in str(caught.value)

    def test_what_was_put_is_there_after_closing(self, store: RecordStore, path: Path) -> None:
        store.put(RECORD, SIGNER)
        store.close()
        with RecordStore.open(path, KEY) as again:
            assert again.get(ID) == RECORD


class TestPut:
    def test_deleted_stays_deleted(self, store: RecordStore) -> None:
        store.put(RECORD, SIGNER)
        store.delete(ID)
        with pytest.raises(RecordDeletedError) as caught:
            store.put(RECORD, SIGNER)
        assert caught.value.exit_code == 1
        assert store.get(ID) is None

    def test_many_are_all_or_none(self, store: RecordStore) -> None:
        store.delete(ID)
        with pytest.raises(RecordDeletedError):
            store.put_many([Record.new(DOCUMENT), RECORD], SIGNER)
        assert store.verify(DOCUMENT, bytes(32)) is RecordAnswer.ABSENT

    def test_full_disk_stores_nothing(self, store: RecordStore) -> None:
        store.put(RECORD, SIGNER)
        large = [Record.new(RecordId("document", number), body={"a": "x" * 10_000}) for number in range(20)]
        with store._engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        with pytest.raises(DatabaseFullError):
            store.put_many(large, SIGNER)
        assert store.get(ID) == RECORD
        assert store.get(large[0].id) is None

    def test_stores_and_says_who_registered_it(self, store: RecordStore) -> None:
        store.put(RECORD, SIGNER)
        assert store.get(ID) == RECORD
        assert store.registrar(ID) == SIGNER.address
        assert store.name(ID, RECORD.name_digest()) == RECORD.name
        assert store.verify(ID, RECORD.body_digest()) is RecordAnswer.MATCHES

    def test_replaces_with_a_new_salt(self, store: RecordStore) -> None:
        store.put(RECORD, SIGNER)
        renamed = Record.new(ID, zh="另一名称")
        store.put(renamed, STRANGER)
        assert store.get(ID) == renamed
        assert store.registrar(ID) == STRANGER.address
        assert store.name(ID, RECORD.name_digest()) is None

    def test_nothing_of_it_is_readable_on_disk(self, store: RecordStore, path: Path) -> None:
        store.put(RECORD, SIGNER)
        content = bytes_on_disk(path)
        assert b"site/420106001001101" in content  # the file was looked at
        for secret in ("某社区储备点".encode(), b"community's", b"000-0000", RECORD.salt, KEY.value):
            assert secret not in content
        assert RECORD.salt.hex().encode() not in content


class TestVerify:
    def test_unknown_is_never_green(self, store: RecordStore) -> None:
        assert store.verify(ID, RECORD.body_digest()) is RecordAnswer.ABSENT
        assert store.name(ID, RECORD.name_digest()) is None
        assert store.get(ID) is None
        assert store.registrar(ID) is None

    def test_another_digest_on_chain(self, store: RecordStore) -> None:
        store.put(RECORD, SIGNER)
        assert store.verify(ID, bytes(32)) is RecordAnswer.DIFFERS
        assert store.verify_name(ID, RECORD.body_digest()) is RecordAnswer.DIFFERS
        assert store.name(ID, bytes(32)) is None

    @pytest.mark.parametrize("column", ["wrapped_key", "content", "signature_r", "signature_vs", "signer"])
    def test_every_changed_column_is_noticed(self, store: RecordStore, path: Path, column: str) -> None:
        store.put(RECORD, SIGNER)
        store.put(Record.new(DOCUMENT), STRANGER)
        for value in (f"(SELECT {column} FROM records WHERE id = '{DOCUMENT}')", "NULL", "X'00'"):
            store.put(RECORD, SIGNER)
            edit(path, f"UPDATE records SET {column} = {value} WHERE id = ?", str(ID))
            assert store.verify(ID, RECORD.body_digest()) is RecordAnswer.DAMAGED
            assert store.name(ID, RECORD.name_digest()) is None
            for read in (store.get, store.registrar):
                with pytest.raises(RecordDamagedError) as caught:
                    read(ID)
                assert caught.value.exit_code == 3

    def test_a_row_moved_to_another_id_does_not_open(self, store: RecordStore, path: Path) -> None:
        store.put(RECORD, SIGNER)
        other = RecordId("site", 420106001001102)
        edit(path, "UPDATE records SET id = ?", str(other))
        assert store.verify(other, RECORD.body_digest()) is RecordAnswer.DAMAGED


class TestDelete:
    def test_reads_body_deleted_and_never_turns_green(self, store: RecordStore) -> None:
        store.put(RECORD, SIGNER)
        store.delete(ID)
        store.delete(ID)
        for answer in (store.verify(ID, RECORD.body_digest()), store.verify_name(ID, RECORD.name_digest())):
            assert answer is RecordAnswer.DELETED
            assert answer.label == "body deleted"
            assert not answer.is_green
        assert store.name(ID, RECORD.name_digest()) is None
        assert store.registrar(ID) is None

    def test_says_so_while_another_program_reads_what_was_there(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Its snapshot keeps the pages as they were in the log."""
        monkeypatch.setattr("ledger_client.databases.BUSY_TIMEOUT", 100)
        with RecordStore.open(path, KEY) as store, closing(sqlite3.connect(path)) as reader:
            store.put(RECORD, SIGNER)
            reader.execute("BEGIN")
            row = reader.execute("SELECT wrapped_key, content FROM records").fetchone()
            with pytest.raises(DeletionUnfinishedError, match="delete it once more") as caught:
                store.delete(ID)
            assert caught.value.exit_code == 3
            assert store.verify(ID, RECORD.body_digest()) is RecordAnswer.DELETED
            reader.execute("ROLLBACK")
            store.delete(ID)
            kept = bytes_on_disk(path)
            assert not any(part in kept for part in row)

    def test_key_and_content_are_gone_from_the_files(self, store: RecordStore, path: Path) -> None:
        store.put(RECORD, SIGNER)
        with closing(sqlite3.connect(path)) as connection:
            row = connection.execute("SELECT wrapped_key, content, signature_r FROM records").fetchone()
        assert all(value in bytes_on_disk(path) for value in row)
        store.delete(ID)
        left = bytes_on_disk(path)
        assert not any(value in left for value in row)

    def test_undoing_the_mark_brings_nothing_back(self, store: RecordStore, path: Path) -> None:
        store.put(RECORD, SIGNER)
        store.delete(ID)
        edit(path, "UPDATE records SET deleted = 0")
        assert store.verify(ID, RECORD.body_digest()) is RecordAnswer.DAMAGED

    def test_what_was_never_stored(self, store: RecordStore) -> None:
        store.delete(ID)
        assert store.verify(ID, RECORD.body_digest()) is RecordAnswer.DELETED
        with pytest.raises(RecordDeletedError):
            store.put(RECORD, SIGNER)

    def test_others_stay(self, store: RecordStore) -> None:
        document = Record.new(DOCUMENT, body={"order": "7"})
        store.put_many([RECORD, document], SIGNER)
        store.delete(ID)
        assert store.get(DOCUMENT) == document


class TestBookSalt:
    def test_deleted_is_refused_and_not_made_anew(self, store: RecordStore) -> None:
        store.book_salt(SITE)
        store.delete_book_salt(SITE)
        store.delete_book_salt(SITE)
        assert not store.has_book_salt(SITE)
        with pytest.raises(BookSaltDeletedError):
            store.book_salt(SITE)

    def test_another_row_does_not_open(self, store: RecordStore, path: Path) -> None:
        store.book_salt(SITE)
        edit(path, "UPDATE book_salts SET site = site + 1")
        with pytest.raises(RecordDamagedError):
            store.book_salt(SiteId(SITE + 1))

    def test_is_made_once(self, store: RecordStore, path: Path) -> None:
        assert not store.has_book_salt(SITE)
        salt = store.book_salt(SITE)
        assert len(salt) == 16
        assert store.has_book_salt(SITE)
        with RecordStore.open(path, KEY) as other:
            assert other.book_salt(SITE) == salt
        assert store.book_salt(SiteId(SITE + 1)) != salt
        assert salt not in bytes_on_disk(path)


def test_signed_on_a_machine_of_its_own(path: Path) -> None:
    digest = record_digest(RECORD.id, RECORD.name_digest(), RECORD.body_digest())
    with RecordStore.open(path, KEY) as records:
        with pytest.raises(RecordSignatureError):
            records.put_signed(RECORD, SIGNER.address, STRANGER.sign_digest(digest))
        with pytest.raises(RecordSignatureError):
            records.put_signed(RECORD, SIGNER.address, SIGNER.sign_digest(digest[::-1]))
        assert records.get(ID) is None
        records.put_signed(RECORD, SIGNER.address, SIGNER.sign_digest(digest))
        assert records.get(ID) == RECORD
        assert records.registrar(ID) == SIGNER.address
        records.delete(ID)
        with pytest.raises(RecordDeletedError):
            records.put_signed(RECORD, SIGNER.address, SIGNER.sign_digest(digest))
