"""From whom goods come, as it is typed."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from ledger_client.errors import UsageError
from ledger_client.identifiers import SALT_BYTES, donor_id
from ledger_client.records import Record, RecordId
from ledger_client.typed import parse_supplier

if TYPE_CHECKING:
    from ledger_client.cli._office import Office
    from ledger_client.ledger import Ledger


class SourceMissingError(UsageError):
    """A receipt from nobody, or from two."""

    en = "goods come from one source: name --supplier, or --donor"
    zh = "货物来源只能有一个：请填写 --supplier 或 --donor"


def source_of(ledger: Ledger, office: Office, keeper: str, supplier: str | None, donor: str | None) -> int:
    """Return a supplier's id, or the digest of a donor's name, which is kept in the records store.

    Raises:
        SourceMissingError: None is named, or both are.
    """
    if (supplier is None) == (donor is None):
        raise SourceMissingError()
    if supplier is not None:
        return parse_supplier(supplier)
    salt = secrets.token_bytes(SALT_BYTES)
    number = donor_id(salt, donor or "")
    record = Record.new(RecordId("donor", number), zh=donor or "", salt=salt)
    # Before the receipt: no digest is ever on chain without what it is the digest of.
    ledger.records.put(record, office.signer(keeper))
    return number
