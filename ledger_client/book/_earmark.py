"""Earmarks (定向): goods that a donor meant for somebody, as donors write it into item or donor."""

from __future__ import annotations

import re

from ledger_client.book._model import UNNAMED_EARMARK

_EARMARK = re.compile(
    r"\((?P<inside>[^()]*定向[^()]*)\)|(?:\(\))?(?P<outside>定向(?:捐赠|捐给|捐助|支援|给|用于)[^()]*)$"
)
_FOR_WHOM = re.compile(r"^.*?定向(?:捐赠|捐给|捐助|支援|用于)?[给予至到:]*")
_NUMBERED = re.compile(r"^[0-9]{1,2}[.、)](?![0-9])\s*(?P<whom>.+)$")
_ENOUGH = 4  # characters of a name without the places in front of it, as in 肺科医院


def find_earmark(text: str) -> str | None:
    """Return for whom a cleaned text says its goods are earmarked.

    `UNNAMED_EARMARK` where it does not say for whom, None where it holds no earmark.

    Example:
        >>> find_earmark("口罩(定向捐赠江夏红十字)")
        '江夏红十字'
    """
    match = _EARMARK.search(text)
    if not match:
        return UNNAMED_EARMARK if "定向" in text else None
    words = match["inside"] or match["outside"]
    return _FOR_WHOM.sub("", words).strip() or UNNAMED_EARMARK


def without_earmark(text: str) -> str:
    """Return a cleaned text without its earmark and without brackets that hold nothing."""
    return _EARMARK.sub("", text).replace("()", "").strip()


def numbered_earmark(text: str) -> str | None:
    """Return the rest of a text such as `1.省人民医院3000副`, by which a merged line names shares."""
    match = _NUMBERED.match(text)
    return match["whom"] if match else None


def is_meant_for(earmark: str, recipient: str) -> bool:
    """Whether goods earmarked so may go to `recipient`.

    One of the names in the earmark must be the recipient, with or without the places in front of it (肺科医院
    is 武汉市肺科医院), or a department of it (同济医院病理科 is one of 同济医院).
    `UNNAMED_EARMARK` names nobody.
    """
    name = recipient.replace(" ", "")
    return earmark != UNNAMED_EARMARK and any(
        _names(whom.replace(" ", ""), name) for whom in earmark.split("；")
    )


def _names(whom: str, name: str) -> bool:
    endings = [name[start:] for start in range(len(name) - _ENOUGH + 1)]
    shortened = len(whom) >= _ENOUGH and name.startswith(whom)
    return shortened or any(whom.startswith(ending) for ending in endings)
