"""What a typed text may be by its form alone: one text may be several things.

Nothing is looked up here, so that what is recognised says nothing about a ledger.

Example:
    >>> [each.kind for each in forms_of("420102001001")]
    ['division', 'item', 'beginning', 'block_number']
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from stdnum import ean

from ledger_client.addresses import parse_address
from ledger_client.characters import clean_code, clean_name
from ledger_client.divisions import parse_division
from ledger_client.errors import UsageError
from ledger_client.identifiers import parse_item, parse_lei, parse_site, parse_uscc

FormKind = Literal[
    "uscc", "lei", "gtin", "site", "division", "item", "hash", "address", "beginning", "block_number"
]

LEAST_DIGITS = 8
"""Hexadecimal digits from which on a text counts as the beginning of an id, as for commands."""

ID_DIGITS, KEY_DIGITS, _HASH_DIGITS, _GTIN_DIGITS = 40, 62, 64, 14
_HEX = re.compile(r"[0-9a-f]+")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")


@dataclass(frozen=True, slots=True)
class Form:
    """What a text may be.

    Attributes:
        kind: Which form it has; `beginning` is an id or the first digits of one.
        value: The text in the plain form of that.
    """

    kind: FormKind
    value: str


def forms_of(text: str) -> list[Form]:
    """Return everything that a text may be beside a name.

    Raises:
        CharacterError: It holds an invisible character, or a word mixes scripts that look alike.
    """
    plain = clean_name(text)
    return list(_forms(plain))


def _forms(plain: str) -> Iterator[Form]:
    parsers: tuple[tuple[FormKind, Callable[[str], Any]], ...] = (
        ("uscc", parse_uscc),
        ("lei", parse_lei),
        ("gtin", _gtin),
        ("site", parse_site),
        ("division", parse_division),
        ("item", parse_item),
    )
    for kind, parse in parsers:
        if (found := _parsed(parse, plain)) is not None:
            yield Form(kind, found)
    code = _parsed(clean_code, plain)
    if code is None:
        return
    digits = code.lower().removeprefix("0x")
    if _HEX.fullmatch(digits):
        if len(digits) == _HASH_DIGITS:
            yield Form("hash", digits)
        if len(digits) == ID_DIGITS and (address := _parsed(parse_address, plain)) is not None:
            yield Form("address", address)
        if LEAST_DIGITS <= len(digits) <= KEY_DIGITS:
            yield Form("beginning", digits)
    if _NUMBER.fullmatch(code):
        yield Form("block_number", code)


def _parsed(parse: Callable[[str], Any], text: str) -> str | None:
    try:
        return str(parse(text))
    except UsageError:
        return None


def _gtin(text: str) -> str:
    """Return a GTIN of 8, 12, 13 or 14 digits with zeros before it, as GS1 compares them.

    Raises:
        UsageError: It is none, or its check digit does not fit.
    """
    code = clean_code(text)
    if not code.isdigit() or not ean.is_valid(code):
        raise UsageError()
    return code.zfill(_GTIN_DIGITS)
