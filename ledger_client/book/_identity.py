"""Who a line is: the same line in a re-saved book, another line where it is written twice.

Identity (`domain.md`, Books) is (site, kind, date, normalised content, ordinal among equal lines). The row is
not in it, so an inserted row shifts nothing; the ordinal is, so equal lines stay two lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ledger_client.book._model import Line
from ledger_client.keccak import keccak

_DOMAIN = "shecang/book-line/1"


@dataclass(frozen=True, slots=True)
class LineIdentity:
    """The identity of one line at one site.

    Attributes:
        row: Row of the line, to find it again; no part of the digest.
        ordinal: 1 for the first of equal lines, 2 for the second.
        digest: keccak over the identity, 32 bytes.
    """

    row: int
    ordinal: int
    digest: bytes


def identities(lines: Iterable[Line], site: int) -> list[LineIdentity]:
    """Return the identity of each line of a book at `site` (15 digits), in the order given.

    Equal lines are counted within `lines`: give all lines of one book at once.
    """
    seen: Counter[bytes] = Counter()
    found = []
    for line in lines:
        content = _content(line, site)
        seen[content] += 1
        found.append(
            LineIdentity(line.row, seen[content], keccak(content + seen[content].to_bytes(32, "big")))
        )
    return found


def client_id(book_salt: bytes, identity: LineIdentity, part: int = 1) -> bytes:
    """Return the client id of the document for one part of a line: keccak(salt ‖ digest ‖ part), 32 bytes.

    Args:
        book_salt: The salt kept with the site's records.
        identity: The line.
        part: 1; 2 is what was left of a partly covered line. Written as 32 bytes, big-endian.
    """
    return keccak(book_salt + identity.digest + part.to_bytes(32, "big"))


def _content(line: Line, site: int) -> bytes:
    """Return the line's fields, each with its length in front, so that no two contents are one text."""
    fields = (
        _DOMAIN,
        str(site),
        line.kind or "",
        _day(line.date),
        line.party,
        line.item,
        line.specification,
        line.unit,
        str(line.quantity),
        line.batch,
        _day(line.made),
        _day(line.expires),
    )
    encoded = (field.encode() for field in fields)
    return b"".join(len(field).to_bytes(4, "big") + field for field in encoded)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
