"""Books: a district's own records of what arrived and what was handed out, read as they are.

Reading, matching to items and finding what looks wrong; nothing here knows a chain. A book's every row is
accounted for, nothing is dropped and nothing guessed::

    from ledger_client.book import read_book

    for sheet in read_book("received-2020-01-30.xlsx"):
        print(sheet.sheet, sheet.counts)

`docs/books/README.md` tells the forms read, the rules and the limits.
"""

from ledger_client.book._earmark import is_meant_for
from ledger_client.book._errors import (
    BadDateOptionError,
    BookTooLargeError,
    FileUnreadableError,
    MappingFileError,
    NotASpreadsheetError,
)
from ledger_client.book._identity import LineIdentity, client_id, identities
from ledger_client.book._limits import DEFAULT_LIMITS, Limits
from ledger_client.book._model import (
    UNNAMED_EARMARK,
    BookKind,
    BookSheet,
    Continuation,
    Heading,
    Line,
    Problem,
    Sentence,
)
from ledger_client.book._read import read_book
from ledger_client.book._units import MAX_QUANTITY, unit_code

__all__ = [
    "DEFAULT_LIMITS",
    "MAX_QUANTITY",
    "UNNAMED_EARMARK",
    "BadDateOptionError",
    "BookKind",
    "BookSheet",
    "BookTooLargeError",
    "Continuation",
    "FileUnreadableError",
    "Heading",
    "Limits",
    "Line",
    "LineIdentity",
    "MappingFileError",
    "NotASpreadsheetError",
    "Problem",
    "Sentence",
    "client_id",
    "identities",
    "is_meant_for",
    "read_book",
    "unit_code",
]
