"""Suppliers as they are typed, sole traders among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger_client.errors import RefusedError
from ledger_client.identifiers import SupplierId, parse_uscc
from ledger_client.sole_traders import find_sole_trader, is_sole_trader
from ledger_client.typed import parse_supplier, plain_supplier_code

if TYPE_CHECKING:
    from ledger_client.ledger import Ledger
    from ledger_client.records import Record


class SoleTraderUnknownError(RefusedError):
    """No sole trader of that code is known here."""

    en = (
        "no sole trader {value} is registered from this office: its id has a salt that only who registered "
        "it keeps; type the id, or register it with `shecang supplier add`"
    )
    zh = (
        "本单位未登记过个体工商户 {value}：其编号加盐，盐值只在登记单位；"
        "请填写编号，或用 `shecang supplier add` 登记"
    )


def find_supplier(ledger: Ledger, text: str) -> SupplierId:
    """Return the supplier that a USCC, a LEI or its id names.

    Raises:
        CodeFormError: It is none of them.
        SoleTraderUnknownError: It is a sole trader's code, and its salt is not here.
    """
    code = plain_supplier_code(text)
    if code is None or not is_sole_trader(code):
        return parse_supplier(text)
    record = sole_trader(ledger, code)
    if record is None:
        raise SoleTraderUnknownError(value=code)
    return SupplierId(record.id.number)


def sole_trader(ledger: Ledger, code: str) -> Record | None:
    """Return the name record of a registered sole trader, None where none of this code is known here.

    Raises:
        CheckCharacterError: The code is mistyped.
    """
    return find_sole_trader(ledger.records, ledger.index().suppliers(), parse_uscc(code))
