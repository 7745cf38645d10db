from __future__ import annotations

from pathlib import Path

import pytest
from played_ledger import ROOT

from ledger_client.identifiers import SALT_BYTES, parse_uscc, sole_trader_id, supplier_id
from ledger_client.keccak import keccak
from ledger_client.records import Record, RecordId, RecordsKey, RecordStore
from ledger_client.sole_traders import find_sole_trader, is_sole_trader, salted_certificate

TRADER, OTHER, COMPANY = "92110000600037341H", "92420106MA4KXMPL1Y", "91110000600037341L"
LEI = "5493001KJTIIGC8Y1R12"
SALT, CERTIFICATE = bytes(range(SALT_BYTES)), keccak(b"a licence")


@pytest.fixture
def records(tmp_path: Path) -> RecordStore:
    return RecordStore.open(tmp_path / "records.db", RecordsKey.create(tmp_path / "records.key"))


def stored(records: RecordStore, code: str, salt: bytes) -> int:
    number = sole_trader_id(salt, parse_uscc(code))
    records.put(Record.new(RecordId("supplier", number), zh="便利店", salt=salt), ROOT)
    return number


@pytest.mark.parametrize("code", [COMPANY, LEI, "92", ""])
def test_others_are_no_sole_traders(code: str) -> None:
    assert not is_sole_trader(code)


def test_a_sole_trader_by_its_code() -> None:
    assert is_sole_trader(parse_uscc(TRADER))


def test_threat_23_without_its_record_a_sole_trader_cannot_be_found(records: RecordStore) -> None:
    number = stored(records, TRADER, SALT)
    assert find_sole_trader(records, [], parse_uscc(TRADER)) is None
    assert find_sole_trader(records, [number, 7], parse_uscc(OTHER)) is None
    records.delete(RecordId("supplier", number))
    assert find_sole_trader(records, [number], parse_uscc(TRADER)) is None


def test_a_sole_trader_is_found_by_its_code(records: RecordStore) -> None:
    numbers = [stored(records, OTHER, SALT), stored(records, TRADER, SALT[::-1])]
    found = find_sole_trader(records, numbers, parse_uscc(TRADER))
    assert found is not None
    assert (found.id.number, found.salt) == (numbers[1], SALT[::-1])
    assert supplier_id("uscc", TRADER) not in numbers


def test_certificates_are_salted() -> None:
    salted = salted_certificate(SALT, CERTIFICATE)
    tag = b"shecang/certificate-salted/1"
    written = b"".join(len(each).to_bytes(4, "big") + each for each in (tag, SALT, CERTIFICATE))
    assert salted == keccak(written)
    assert salted != salted_certificate(SALT[::-1], CERTIFICATE)
