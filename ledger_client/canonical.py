"""Canonical JSON (RFC 8785): one value, one text, so that what is hashed or signed can be read too.

Trust files, checkpoints and evidence hold objects, lists, texts, whole numbers below 2**53, true, false and
null, and no other numbers; keys are ASCII. Of these `json.dumps` writes exactly what RFC 8785 says, ten times
as fast as a library for all of it; a test compares the two.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

from ledger_client.errors import MismatchError

NUMBER_LIMIT = 1 << 53
"""Whole numbers in canonical JSON lie below this, since every JSON reader keeps those exactly."""

BRACKETS = 64
"""Opening brackets that a text may have, where no other number is said."""


class NotCanonicalError(MismatchError):
    """A text is not the canonical form of anything."""

    en = "{source} is not as it was written ({reason}); get it anew from where it came from"
    zh = "{source} 与写出时不一致（{reason_zh}）；请向来源方重新索取"


class _FractionError(ValueError):
    """A number with a point or an exponent, or none at all, such as NaN."""


def _refuse_fraction(text: str) -> NoReturn:
    raise _FractionError(text)


# 1.0, NaN and 1e+22 would come back as they were written, and yet be equal to nothing or to whole numbers.
_DECODER = json.JSONDecoder(parse_float=_refuse_fraction, parse_constant=_refuse_fraction)


def canonical(value: Any) -> bytes:
    """Return the canonical text of a value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def parse_canonical(raw: bytes, source: str, brackets: int = BRACKETS) -> Any:
    """Return the value of a canonical text; any other text is refused, even one that means the same.

    Which whole numbers may stand where is left to whoever knows the members.

    Args:
        raw: The text in UTF-8.
        source: How a sentence calls it.
        brackets: Opening brackets that it may have, those in texts included; not many thousands.

    Raises:
        NotCanonicalError: It is not JSON, deeper than anything of ours, or written in another way.
    """
    # Counted before it is parsed: a parser goes as deep as the text does, even over the end of the stack.
    if raw.count(b"{") + raw.count(b"[") > brackets:
        raise NotCanonicalError(source=source, reason="too deep", reason_zh="嵌套过深")
    try:
        value = _DECODER.decode(raw.decode())
        same = canonical(value) == raw
    except _FractionError as error:
        raise NotCanonicalError(
            source=source, reason="a number that is not whole", reason_zh="含非整数"
        ) from error
    except ValueError as error:
        raise NotCanonicalError(source=source, reason="not JSON", reason_zh="不是 JSON") from error
    if not same:
        raise NotCanonicalError(source=source, reason="not canonical JSON", reason_zh="不是规范 JSON")
    return value
