"""What calls of Norms and Reallocation have in common: numbers that fit, gas, documents that are shown.

Both are shown documents of the stock ledger whole, and compare them with the digest recorded there::

    writer.call("Norms", "proveCount", key, document_argument(content_of(recorded)), by=anybody)
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ledger_client.documents import Document, Timestamp
from ledger_client.words import FieldRangeError, split_words

if TYPE_CHECKING:
    from ledger_client.fold.records import RecordedDocument
    from ledger_client.writing import Prepared

_ANY_CLIENT_ID = bytes(32)


def require_fits(field: str, field_zh: str, value: int, bits: int) -> None:
    """Refuse a number that the contract's type cannot take; its own rule is the contract's to tell.

    Args:
        field: What it is, in English.
        field_zh: What it is, in Chinese.
        value: The number.
        bits: How many bits the type has.

    Raises:
        FieldRangeError: It is negative or too large.
    """
    if not 0 <= value < 1 << bits:
        raise FieldRangeError(field=field, field_zh=field_zh, value=value, limit=(1 << bits) - 1)


def with_gas(prepared: Prepared, gas: int) -> Prepared:
    """Return the call with `gas` instead of what a call of one thing gets."""
    act = prepared.act and replace(prepared.act, gas=gas)
    return replace(prepared, submission=replace(prepared.submission, gas=gas), act=act)


def content_of(recorded: RecordedDocument) -> Document:
    """Return the content of a recorded document; its client id is not known, and nobody looks at it again."""
    return Document(
        client_id=_ANY_CLIENT_ID,
        occurred_at=Timestamp(recorded.occurred_at, recorded.is_day_only),
        from_=recorded.from_,
        to=recorded.to,
        reference=recorded.reference,
        reason=recorded.reason,
        qualification=recorded.qualification,
        deadline=recorded.deadline,
        lines=recorded.lines,
    )


def document_argument(document: Document) -> tuple[object, ...]:
    """Return a document as `ledger_client.contracts.encode_call` takes it: the struct of `IDocuments.sol`."""
    return (
        document.client_id,
        document.from_,
        document.to,
        document.occurred_at.word,
        document.reference,
        document.reason,
        document.qualification,
        document.deadline,
        list(split_words(document.lines)),
    )
