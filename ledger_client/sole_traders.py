"""Sole traders (个体工商户): suppliers whose code is personal data.

Their USCC is never hashed without a salt: anybody could try out all codes. The salt of the id is that of the
supplier's name record, so that who deletes the record makes the id say nothing for ever. Certificates are
salted likewise, because a scan of a licence can be had from public registers.

The encoding (`field` as in `ledger_client.tagged`), beside the id's in `ledger_client.identifiers`:

- certificate: `tagged_digest("shecang/certificate-salted/1", salt, SHA-256 of the file)`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ledger_client.identifiers import SupplierId, Uscc, sole_trader_id
from ledger_client.tagged import tagged_digest

if TYPE_CHECKING:
    from ledger_client.records import Record, RecordStore

_SOLE_TRADER = "92"
"""GB 32100-2015: 9 for the market regulators, who register it, 2 for a sole trader."""


def is_sole_trader(code: str) -> bool:
    """Return whether a USCC or LEI in its plain form is a sole trader's USCC."""
    return len(code) == 18 and code.startswith(_SOLE_TRADER)


def find_sole_trader(records: RecordStore, suppliers: Iterable[int], code: Uscc) -> Record | None:
    """Return the name record of a sole trader, whose id follows from its salt; None where none is stored.

    Args:
        records: Where names and salts are kept.
        suppliers: Ids of the registered suppliers.
        code: The sole trader's USCC.

    Raises:
        RecordDamagedError: The record of a supplier was changed.
    """
    # What opens a database takes a second to import, and the rules above need none of it.
    from ledger_client.records import RecordId

    for supplier in suppliers:
        record = records.get(RecordId("supplier", supplier))
        if record is not None and sole_trader_id(record.salt, code) == SupplierId(supplier):
            return record
    return None


def salted_certificate(salt: bytes, certificate: bytes) -> bytes:
    """Return what goes on chain for a sole trader's certificate, of which this is the plain SHA-256."""
    return tagged_digest("shecang/certificate-salted/1", salt, certificate)
