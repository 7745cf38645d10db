import pytest

from ledger_client.addresses import (
    ZERO_ADDRESS,
    AddressFormError,
    address_from_bytes,
    address_to_bytes,
    parse_address,
)

ADDRESS = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0x",
        ADDRESS[2:],
        ADDRESS[:-1],
        ADDRESS + "0",
        ADDRESS.replace("aA", "Aa"),
        "0x" + "g" * 40,
        "а" + ADDRESS,
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(AddressFormError):
        parse_address(text)


def test_an_address_without_checksum_gets_one() -> None:
    assert parse_address(ADDRESS.lower()) == ADDRESS
    assert parse_address(f" {ADDRESS} ") == ADDRESS


def test_addresses_go_in_and_out_of_bytes() -> None:
    assert address_from_bytes(address_to_bytes(ADDRESS)) == ADDRESS
    assert address_to_bytes(ZERO_ADDRESS) == bytes(20)
