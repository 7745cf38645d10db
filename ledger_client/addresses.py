"""Addresses of accounts and contracts, in the one form that is used everywhere: checksummed text (EIP-55).

Events and words hold 20 bytes; a few signers come again and again, so that the text of each is computed once.
"""

from __future__ import annotations

from functools import lru_cache

from eth_typing import ChecksumAddress
from eth_utils.address import is_checksum_formatted_address, is_hex_address, to_checksum_address

from ledger_client.errors import UsageError

Address = ChecksumAddress
"""An account or contract: `0x` and 40 hex digits, their case being the checksum of EIP-55."""

ZERO_ADDRESS = Address("0x0000000000000000000000000000000000000000")  # type: ignore[arg-type]
"""Nobody."""


class AddressFormError(UsageError):
    """A text is no address, or its checksum is wrong."""

    en = "{value!r} is no address: it has 0x and 40 hex digits whose case fits (EIP-55); copy it anew"
    zh = "{value!r} 不是地址：应为 0x 加 40 位十六进制数字，且大小写校验相符（EIP-55）；请重新复制"


def parse_address(text: str) -> Address:
    """Return a typed address; one without a checksum (all of one case) is taken as it is.

    Raises:
        AddressFormError: It has another form, or its letters' case is mistyped.
    """
    plain = text.strip()
    if not is_hex_address(plain) or not plain.startswith("0x"):
        raise AddressFormError(value=text)
    address = to_checksum_address(plain)
    if is_checksum_formatted_address(plain) and plain != address:
        raise AddressFormError(value=text)
    return address


@lru_cache(maxsize=4096)
def address_from_bytes(raw: bytes) -> Address:
    """Return the text of an address of 20 bytes."""
    return to_checksum_address(raw)


@lru_cache(maxsize=4096)
def address_to_bytes(address: str) -> bytes:
    """Return the 20 bytes of an address."""
    return bytes.fromhex(address[2:])
