"""Text as cells hold it: what may be cleaned without asking, and what has to be shown to somebody.

Cleaned: zero-width characters, every kind of blank, and *width* variants (（）, １２, Ａ). Full NFKC would
also turn 10² into 102 and ½ into 1⁄2, which changes a specification, so only wide and narrow forms fold.
Never cleaned, always shown: characters that turn the direction of the text, that nobody sees, or that look
like others (a Cyrillic К in КN95).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from ledger_client.book._model import Sentence
from ledger_client.characters import CharacterError, clean_name, describe_character

Cell = str | float | int | bool | date | datetime | time | timedelta
"""A cell as python-calamine gives it; an empty one is an empty string."""

_ZERO_WIDTH = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_LATIN_LOOKING = frozenset("АВЕКМНОРСТУХЅІЈаеорсухѕіјΑΒΕΖΗΙΚΜΝΟΡΤΥΧο")
"""Cyrillic and Greek letters that a reader takes for Latin ones. α and β stay: drug names have them."""
_LETTERS = re.compile(r"[^\W\d_]+")


def clean_text(text: str) -> str:
    """Return `text` without zero-width characters, blanks made single, wide and narrow forms folded."""
    folded = "".join(map(_fold_width, text.translate(_ZERO_WIDTH)))
    return " ".join(unicodedata.normalize("NFC", folded).split())


def cell_text(cell: Cell) -> str:
    """Return what a cell says, cleaned; a whole number without the `.0` that spreadsheets give it."""
    if isinstance(cell, str):
        return clean_text(cell)
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time.min:
        return cell.date().isoformat()
    return str(cell)


def is_day(cell: Cell) -> bool:
    """Whether the cell itself is a date, not a text that reads like one."""
    return isinstance(cell, date)


def is_number(cell: Cell) -> bool:
    """Whether the cell is a bare number, typed as a number or as a text of digits."""
    if isinstance(cell, bool):
        return False
    return isinstance(cell, int | float) or bool(re.fullmatch(r"[0-9.,]+", cell_text(cell)))


def doubtful(text: str) -> Sentence | None:
    """Return why a cleaned text must be retyped by hand, None when every character is what it looks like."""
    for word in _LETTERS.findall(text):
        foreign = [
            letter for letter in word if unicodedata.name(letter, "").startswith(("CYRILLIC", "GREEK"))
        ]
        if foreign and all(letter in _LATIN_LOOKING for letter in foreign):
            return _retype(describe_character(foreign[0]), "looks like a Latin letter", "形似拉丁字母")
    try:
        clean_name(text)
    except CharacterError as error:
        return _retype(error.character, error.why, error.why_zh)
    return None


def _retype(character: str, why: str, why_zh: str) -> Sentence:
    return Sentence(
        "character",
        f"holds {character}, which {why}; retype the cell",
        f"含有 {character}，{why_zh}；请重新输入该单元格",
    )


def cell_name(row: int, column: int) -> str:
    """Return a cell's name such as `B88`, from its row (from 1) and its column (from 0)."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


def _fold_width(character: str) -> str:
    if unicodedata.decomposition(character).startswith(("<wide>", "<narrow>")):
        return unicodedata.normalize("NFKC", character)
    return character
