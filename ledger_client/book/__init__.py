"""Books: a district's own records of what arrived and what was handed out, read as they are.

Reading, matching to items and finding what looks wrong; nothing here knows a chain. A book's every row is
accounted for, nothing is dropped and nothing guessed::

    from ledger_client.book import read_book

    for sheet in read_book("received-2020-01-30.xlsx"):
        print(sheet.sheet, sheet.counts)

`docs/books/README.md` tells the forms read, the rules and the limits.
"""

from ledger_client.book._categories import CATEGORIES, QUALIFICATION_NAMES, Category
from ledger_client.book._earmark import is_meant_for
from ledger_client.book._errors import (
    BadDateOptionError,
    BookTooLargeError,
    FileUnreadableError,
    MappingFileError,
    NotASpreadsheetError,
)
from ledger_client.book._goods import Goods, goods_of, look_alikes
from ledger_client.book._identity import LineIdentity, client_id, identities
from ledger_client.book._limits import DEFAULT_LIMITS, Limits
from ledger_client.book._mapping import Item, Mapping, MappingRow, propose_mapping
from ledger_client.book._mapping_file import guarded, mapping_to_csv, read_mapping, write_mapping
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
from ledger_client.book._suspects import Place, Suspect, find_suspects, is_anonymous
from ledger_client.book._units import MAX_QUANTITY, unit_code

__all__ = [
    "CATEGORIES",
    "DEFAULT_LIMITS",
    "MAX_QUANTITY",
    "QUALIFICATION_NAMES",
    "UNNAMED_EARMARK",
    "BadDateOptionError",
    "BookKind",
    "BookSheet",
    "BookTooLargeError",
    "Category",
    "Continuation",
    "FileUnreadableError",
    "Goods",
    "Heading",
    "Item",
    "Limits",
    "Line",
    "LineIdentity",
    "Mapping",
    "MappingFileError",
    "MappingRow",
    "NotASpreadsheetError",
    "Place",
    "Problem",
    "Sentence",
    "Suspect",
    "client_id",
    "find_suspects",
    "goods_of",
    "guarded",
    "identities",
    "is_anonymous",
    "is_meant_for",
    "look_alikes",
    "mapping_to_csv",
    "propose_mapping",
    "read_book",
    "read_mapping",
    "unit_code",
    "write_mapping",
]
