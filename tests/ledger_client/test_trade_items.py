"""Which item a GTIN stands for: a table among the records."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger_client.records import Record, RecordDamagedError, RecordId, RecordsKey, RecordStore
from ledger_client.records.store import _records
from ledger_client.signers import EnvironmentSigner
from ledger_client.trade_items import TradeItem, trade_item, trade_item_record, trade_items

BOX = TradeItem("06901234567892", 299010110001)
CASE = TradeItem("16901234567899", 299010110001, 40)


@pytest.fixture
def records(tmp_path: Path) -> Iterator[RecordStore]:
    with RecordStore.open(tmp_path / "records.db", RecordsKey.create(tmp_path / "records.key")) as store:
        yield store


SIGNER = EnvironmentSigner.from_value("TEST_KEY", "11" * 32)


def test_there_and_back(records: RecordStore) -> None:
    for each in (CASE, BOX):
        records.put(trade_item_record(each), SIGNER)
    assert trade_item(records, BOX.gtin) == BOX
    assert trade_item(records, CASE.gtin) == CASE
    assert trade_item(records, "00000096385074") is None
    assert trade_items(records) == [BOX, CASE]
    assert records.registrar(RecordId("gtin", int(BOX.gtin))) == SIGNER.address


def test_what_is_said_later_counts(records: RecordStore) -> None:
    records.put(trade_item_record(BOX), SIGNER)
    later = TradeItem(BOX.gtin, BOX.item, 50)
    records.put(trade_item_record(later), SIGNER)
    assert trade_items(records) == [later]


def test_deleted_is_gone(records: RecordStore) -> None:
    records.put(trade_item_record(BOX), SIGNER)
    records.put(trade_item_record(CASE), SIGNER)
    records.delete(RecordId("gtin", int(BOX.gtin)))
    assert trade_item(records, BOX.gtin) is None
    assert trade_items(records) == [CASE]


def test_other_records_are_not_in_the_table(records: RecordStore) -> None:
    records.put(Record.new(RecordId("item", BOX.item), zh="口罩", en="masks"), SIGNER)
    assert records.numbers("gtin") == []
    assert records.numbers("item") == [BOX.item]


def test_a_changed_line_is_not_believed(records: RecordStore) -> None:
    """Somebody who can write to the database makes another GTIN of it."""
    records.put(trade_item_record(BOX), SIGNER)
    with records._engine.begin() as connection:
        connection.execute(_records.update().values(id=f"gtin/{int(CASE.gtin)}"))
    with pytest.raises(RecordDamagedError):
        trade_item(records, CASE.gtin)
