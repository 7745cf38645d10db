import re
from typing import Any

import pytest
from eth_abi.abi import encode

from ledger_client.artifacts import artifact_names, load_artifact
from ledger_client.documents import day_number
from ledger_client.errors import ShecangError
from ledger_client.keccak import keccak
from ledger_client.language import LANGUAGES, use_language
from ledger_client.reverts import (
    REVERT_ERRORS,
    RevertError,
    RevertMalformedError,
    RevertMessageError,
    RevertPanicError,
    RevertSilentError,
    RevertUnknownError,
    decode_revert,
)
from ledger_client.reverts.directory import GrantMissingError
from ledger_client.reverts.stock import LotExpiredError, StockInsufficientError
from ledger_client.roles import Role
from ledger_client.words import NEVER

CONTRACTS = (
    *("Catalogue", "Directory", "LedgerSteps", "Norms"),
    *("Reallocation", "StockLedger", "SupplierRegistry"),
)
ABI_ERRORS = {
    entry["name"]: entry
    for name in CONTRACTS
    for entry in load_artifact(name).abi
    if entry["type"] == "error"
}
SITE = 420106001001101
LOT = 0x3F2A91BC << 128 | 7


def snake(name: str) -> str:
    plain = re.sub(r"[A-Z]", lambda letter: "_" + letter[0].lower(), name)
    return plain + "_" if plain == "from" else plain


def revert_data(name: str, *values: Any) -> bytes:
    types = [item["type"] for item in ABI_ERRORS[name]["inputs"]]
    return keccak(f"{name}({','.join(types)})".encode())[:4] + encode(types, values)


def sample(kind: str) -> Any:
    if kind == "address":
        return "0x" + "ab" * 20
    if kind.startswith("bytes"):
        return b"to".ljust(int(kind[5:]), b"\0")
    return True if kind == "bool" else 2


def test_every_contract_has_its_artifact() -> None:
    assert set(CONTRACTS) <= set(artifact_names())


def test_table_is_exactly_the_errors_of_the_abis() -> None:
    assert ABI_ERRORS.keys() == REVERT_ERRORS.keys()


@pytest.mark.parametrize("name", sorted(ABI_ERRORS))
def test_fields_are_those_of_the_abi(name: str) -> None:
    inputs = ABI_ERRORS[name]["inputs"]
    fields = REVERT_ERRORS[name].fields
    assert list(fields) == [snake(item["name"]) for item in inputs]
    assert [field.solidity for field in fields.values()] == [item["internalType"] for item in inputs]
    assert [field.word.abi for field in fields.values()] == [item["type"] for item in inputs]


@pytest.mark.parametrize("name", sorted(ABI_ERRORS))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_is_decoded_and_has_a_sentence(name: str, language: Any) -> None:
    values = [sample(item["type"]) for item in ABI_ERRORS[name]["inputs"]]
    error = decode_revert(revert_data(name, *values))
    assert type(error) is REVERT_ERRORS[name]
    assert error.exit_code == 1
    sentence = error.text(language)
    assert sentence and "{" not in sentence
    assert bool(re.search(r"[\u4e00-\u9fff]", sentence)) == (language == "zh")


def test_facts_are_attributes() -> None:
    error = decode_revert(revert_data("StockLedgerStockInsufficient", SITE, LOT, 12, 30))
    assert isinstance(error, StockInsufficientError)
    assert (error.site, error.lot, error.available, error.requested) == (SITE, LOT, 12, 30)


def test_sentence_says_how_much_there_is() -> None:
    error = decode_revert(revert_data("StockLedgerStockInsufficient", SITE, LOT, 12, 30))
    assert str(error) == (
        "site 420106001001101 holds 12 of lot 00000000…, and 30 were asked for: 18 too many; "
        "lower the quantity, or count the lot"
    ).replace("00000000…", f"{LOT:040x}"[:8] + "…")


def test_sentence_says_who_can_grant() -> None:
    holder = "0x" + "ab" * 20
    error = decode_revert(revert_data("DirectoryGrantMissing", holder, Role.KEEPER, 420106, 0))
    assert isinstance(error, GrantMissingError)
    assert "is no keeper at division 420106 now" in error.text("en")
    assert "an authority of 420106 or a division above it can grant it" in error.text("en")
    assert "保管员" in error.text("zh")
    error = decode_revert(revert_data("DirectoryGrantMissing", holder, Role.AUTHORITY, 420106, 0))
    assert "an authority of a division above 420106" in error.text("en")


def test_sentence_writes_days_as_dates() -> None:
    from datetime import date

    day = day_number(date(2026, 11, 24))
    error = decode_revert(revert_data("StockLedgerLotExpired", LOT, day))
    assert isinstance(error, LotExpiredError) and "until 2026-11-24" in str(error)
    assert "for ever" in str(decode_revert(revert_data("StockLedgerLotExpired", LOT, NEVER)))


def test_language_in_force_is_used() -> None:
    error = decode_revert(revert_data("StockLedgerLotHeld", LOT))
    use_language("zh")
    try:
        assert "暂扣" in str(error)
    finally:
        use_language("en")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", RevertSilentError),
        (bytes.fromhex("01020304"), RevertUnknownError),
        (bytes.fromhex("0102"), RevertUnknownError),
        (bytes.fromhex("4e487b71") + encode(["uint256"], [0x11]), RevertPanicError),
        (bytes.fromhex("4e487b71"), RevertUnknownError),
        (bytes.fromhex("08c379a0") + encode(["string"], ["no"]), RevertMessageError),
        (bytes.fromhex("08c379a0") + b"\xff" * 32, RevertUnknownError),
    ],
)
def test_data_without_an_entry_still_give_a_sentence(data: bytes, expected: type[ShecangError]) -> None:
    error = decode_revert(data)
    assert type(error) is expected
    assert all("{" not in error.text(language) for language in LANGUAGES)


def test_rubbish_in_a_field_is_refused() -> None:
    good = revert_data("StockLedgerLotHeld", LOT)
    assert isinstance(decode_revert(good[:4] + b"\x01" + good[5:]), RevertMalformedError)
    assert isinstance(decode_revert(good[:-1]), RevertMalformedError)
    assert isinstance(decode_revert(good + bytes(32)), RevertMalformedError)


def test_values_beyond_any_calendar_are_shown_as_numbers() -> None:
    error = decode_revert(revert_data("StockLedgerDeadlineAhead", (1 << 64) - 1))
    assert isinstance(error, RevertError) and str((1 << 64) - 1) in str(error)
    assert "99" in str(decode_revert(revert_data("StockLedgerConsentMissing", 99)))
