"""Who a row is: the same row in a re-saved list, another row where it is written twice.

As in `ledger_client.book`: the place in the list is not in it, so that an inserted row shifts nothing; the
ordinal is, so that equal rows stay two rows. Texts are in it as they are cleaned, and null, 1 and a quantity
that is not there are one thing, since all of them mean 'any'. The mapping is not in it: a row that was
recorded for a wrong site is the same row when the mapping is corrected.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from ledger_client.book import LineIdentity
from ledger_client.keccak import keccak
from ledger_client.needs._model import Institution

_ROW = "shecang/need-row/1"
_REFUSED = "shecang/need-row-refused/1"
_LIST = b"shecang/needs-list/1"


class Ordinals:
    """Gives each row its identity; equal rows of one list are numbered in its order."""

    def __init__(self) -> None:
        self._seen: Counter[bytes] = Counter()
        self._rows = 0

    def identify(self, content: bytes) -> LineIdentity:
        """Return the identity of the next row of the list, which says `content`."""
        self._rows += 1
        self._seen[content] += 1
        ordinal = self._seen[content]
        return LineIdentity(self._rows, ordinal, keccak(content + ordinal.to_bytes(32, "big")))


def content_of_row(institution: Institution, item: str, specification: str, quantity: int | None) -> bytes:
    """Return what a row says, each field with its length in front, so that no two rows are one text."""
    who = (institution.province, institution.city, institution.district, institution.name)
    return _framed(_ROW, *who, item, specification, "" if quantity is None else str(quantity))


def content_of_refused(*written: Any) -> bytes:
    """Return what a refused row says: the JSON that it was written as, in ASCII and with sorted keys."""
    return _framed(_REFUSED, json.dumps(written, sort_keys=True))


def list_digest(identities: Iterable[LineIdentity]) -> bytes:
    """Return the digest of a list, from the identities of its rows in any order: 32 bytes."""
    return keccak(_LIST + b"".join(sorted(identity.digest for identity in identities)))


def _framed(*fields: str) -> bytes:
    encoded = (field.encode() for field in fields)
    return b"".join(len(field).to_bytes(4, "big") + field for field in encoded)
